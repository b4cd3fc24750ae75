import type { Prices } from '../policy/prices.ts'

/** What a model takes in and gives out at most. */
export interface ContextDeps {
  readonly prices: Pick<Prices, 'contextOf'>
  readonly maxOutputTokens: number
}

/** Fewer are no answer, and OpenAI refuses to be asked for them. */
const leastAnswer = 16

/** Tokens of the longest prompt that `model` takes and can still answer. */
export async function longestPrompt({ prices }: ContextDeps, model: string): Promise<number> {
  const { window, input } = await prices.contextOf(model)
  return Math.max(0, Math.min(input, window - leastAnswer))
}

/** Tokens an answer to a prompt of this length may have, when it is to have at most `wanted`. */
export async function longestAnswer(
  { prices }: ContextDeps,
  model: string,
  promptTokens: number,
  wanted: number,
): Promise<number> {
  const { window, output } = await prices.contextOf(model)
  return Math.min(wanted, output ?? wanted, Math.max(leastAnswer, window - promptTokens))
}

/** Tokens of a prompt that leaves room for a full answer, or for one of half the window where that is less. */
export async function roomFor(deps: ContextDeps, model: string): Promise<number> {
  const { window, input } = await deps.prices.contextOf(model)
  const answer = Math.min(await longestAnswer(deps, model, 0, deps.maxOutputTokens), Math.floor(window / 2))
  return Math.min(input, window - answer)
}
