import type { Budget } from '../policy/budget.ts'
import type { Clock } from '../ports/clock.ts'
import type { Charge, Spender } from '../ports/ledger.ts'
import type { HostedTool, Model, ModelEvent, ReplyEnd, ReplyRequest, Usage } from '../ports/model.ts'
import { type ContextDeps, longestAnswer, longestPrompt } from './context.ts'
import { Refused } from './refused.ts'
import { countTokens } from './tokens.ts'

/** A question to the model, with the money for it: reserved before, counted after, whichever way it ended. */
export interface PaidReply {
  /** `tools`: what the model may use, paid for by who offers it. */
  stream(signal: AbortSignal, tools?: readonly HostedTool[]): AsyncIterable<ModelEvent>
  readonly end: ReplyEnd | null
  /** The cost so far, from the reported usage or, where none came, from what arrived. null: the model was never reached. */
  cost(): Promise<{ readonly charge: Charge; readonly usage: Usage } | null>
  /** Gives the reserved money back. */
  release(): Promise<void>
}

export interface Ask {
  /** The ledger's id of this try. */
  readonly id: string
  readonly spender: Spender
  /** As in a `Wish`. */
  readonly isAccount?: boolean
  readonly request: ReplyRequest
  readonly promptTokens: number
  /** Whether it waits for money that other answers have set aside; absent: it does. */
  readonly patient?: boolean
}

export interface AskingDeps extends ContextDeps {
  readonly model: Model
  readonly budget: Pick<Budget, 'reserve'>
  readonly clock: Clock
}

/**
 * What a model thinks out of sight is billed as its words are, but how much it was is told at the end only, which a
 * broken off answer never has. Models write some 30 to 200 tokens a second: a low guess, so that nobody is charged for
 * a slow server, and yet thinking that was stopped is not free.
 */
const unseenTokensPerSecond = 50

/**
 * Reserves the worst case and returns the reply to be streamed. Throws `Refused` when it can't be asked, and the
 * signal's reason when it is called off while it waits for money.
 */
export async function openReply(deps: AskingDeps, ask: Ask, signal: AbortSignal): Promise<PaidReply> {
  const { request, promptTokens } = ask
  const longest = await longestPrompt(deps, request.model)
  if (promptTokens > longest) {
    const [have, takes] = [promptTokens, longest].map((tokens) => tokens.toLocaleString('en'))
    throw new Refused(
      'too_long',
      `This is about ${have} tokens, and ${request.model} takes ${takes}. Shorten it, split it, or choose a model with a larger context.`,
    )
  }
  const most = request.parameters.maxTokens ?? deps.maxOutputTokens
  const { id, spender, isAccount = false, patient = true } = ask
  const { model } = request
  const maxOutputTokens = await longestAnswer(deps, model, promptTokens, most)
  const wish = { id, spender, isAccount, model, promptTokens, maxOutputTokens, patient }
  const reserved = await deps.budget.reserve(wish, signal)
  if (reserved.kind === 'refused') throw new Refused('budget', reserved.words, reserved.retryAfterMs)

  let end: ReplyEnd | null = null
  let reached = false
  /** Milliseconds from the call to its end. */
  let took = 0
  const text: string[] = []
  /** What a reasoning model thinks is paid as its words are. */
  const thoughts: string[] = []

  const unseenTokens = (): number =>
    Math.min(reserved.maxOutputTokens, Math.ceil((took / 1_000) * unseenTokensPerSecond))

  const used = async (): Promise<Usage | null> => {
    if (end?.usage.exact) return end.usage
    if (!reached) return null
    const isUnseen = end === null && text.length === 0 && thoughts.length === 0
    const reasoningTokens = isUnseen ? unseenTokens() : await countTokens(thoughts.join(''))
    const outputTokens = (await countTokens(text.join(''))) + reasoningTokens
    return { inputTokens: promptTokens, cachedTokens: 0, outputTokens, reasoningTokens, exact: false }
  }

  return {
    async *stream(signal, tools = []) {
      const parameters = { ...request.parameters, maxTokens: reserved.maxOutputTokens }
      const calledAt = deps.clock.elapsed()
      try {
        const asked = { ...request, parameters, ...(tools.length > 0 && { tools }) }
        for await (const event of deps.model.reply(asked, signal)) {
          reached = true
          if (event.kind === 'text') text.push(event.delta)
          if (event.kind === 'reasoning') thoughts.push(event.delta)
          if (event.kind === 'end') end = event.end
          yield event
        }
      } finally {
        took = deps.clock.elapsed() - calledAt
      }
    },
    get end() {
      return end
    },
    async cost() {
      const usage = await used()
      return usage === null ? null : { usage, charge: reserved.charge(usage, end?.model ?? request.model) }
    },
    release: () => reserved.release(),
  }
}
