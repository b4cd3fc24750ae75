import type { HostedTool, ModelEvent, Parameters } from '../../src/ports/model.ts'
import type { Dialect, Leavable } from './dialect.ts'

/** What the person asked for, by the names that people write in requests. */
function wishesIn(parameters: Parameters): readonly Leavable[] {
  const asked: readonly (readonly [Leavable, boolean])[] = [
    ['temperature', parameters.temperature !== undefined],
    ['top_p', parameters.topP !== undefined],
    ['max_tokens', parameters.maxTokens !== undefined],
    ['frequency_penalty', parameters.frequencyPenalty !== undefined],
    ['presence_penalty', parameters.presencePenalty !== undefined],
    ['stop', parameters.stop !== undefined && parameters.stop.length > 0],
    ['response_format', parameters.responseFormat !== undefined],
  ]
  return asked.filter(([, present]) => present).map(([name]) => name)
}

/** Responses takes no smaller limit (400 `integer_below_min_value`). */
export const SMALLEST_RESPONSES_LIMIT = 16

/** Whether the request asks for something that Responses can't take, and this model has not refused yet. */
export function needsChat(parameters: Parameters, dialect: Dialect): boolean {
  if (!dialect.chat) return false
  const small = (parameters.maxTokens ?? SMALLEST_RESPONSES_LIMIT) < SMALLEST_RESPONSES_LIMIT
  return wishesIn(parameters).some(
    (name) => !dialect.left.has(name) && (CHAT_ONLY.has(name) || (name === 'max_tokens' && small)),
  )
}
const CHAT_ONLY: ReadonlySet<Leavable> = new Set(['stop', 'frequency_penalty', 'presence_penalty'])

function isLeftOut(name: Leavable, { left, chat }: Dialect): boolean {
  return left.has(name) || (!chat && CHAT_ONLY.has(name))
}

/** One warning for each wish that was left out. */
export function warningsFor(model: string, parameters: Parameters, dialect: Dialect): readonly ModelEvent[] {
  return wishesIn(parameters)
    .filter((name) => isLeftOut(name, dialect))
    .map((name) => ({
      kind: 'warning',
      parameter: name,
      why: `${model} does not take ${name}; it was left out.`,
    }))
}

/** A warning for each tool that the model, or this way to it, doesn't have. */
export function toolWarnings(
  model: string,
  tools: readonly HostedTool[] = [],
  api: 'responses' | 'chat',
  { left }: Dialect,
): readonly ModelEvent[] {
  if (api === 'responses' && !left.has('tools')) return []
  const where = api === 'chat' ? ' by Chat Completions' : ''
  const why = `${model} can't paint while it answers${where}; it goes on without.`
  return tools.map(({ kind }) => ({ kind: 'warning', parameter: kind, why }))
}
