import type { Clock } from '../../src/ports/clock.ts'
import type { Model, ModelEvent, ReplyEnd, ReplyRequest } from '../../src/ports/model.ts'
import { stopIfAborted, stopped } from './aborted.ts'
import { answerTo } from './answer.ts'
import type { RehearsalOptions } from './rehearsal.ts'
import { estimateTokens, promptTokens } from './tokens.ts'

export const MODEL = 'rehearsal'

/** Takes any model's name, so that channels keep their settings while no model is configured. */
export function rehearsalModel(options: RehearsalOptions): Model {
  return {
    provider: 'rehearsal',
    reply: (request, signal) => reply(request, signal, options),
    async models(signal) {
      stopIfAborted(signal)
      return [{ id: MODEL, shutdownDate: null }]
    },
  }
}

async function* reply(
  request: ReplyRequest,
  signal: AbortSignal,
  { clock, tokensPerSecond, firstTokenMs }: RehearsalOptions,
): AsyncGenerator<ModelEvent> {
  stopIfAborted(signal)
  yield { kind: 'started', requestId: null }
  if (request.parameters.responseFormat?.kind === 'json_schema') {
    yield {
      kind: 'warning',
      parameter: 'response_format',
      why: 'The rehearsal follows no schema; it was left out.',
    }
  }
  for (const { kind } of request.tools ?? [])
    yield { kind: 'warning', parameter: kind, why: 'The rehearsal does not paint while it answers.' }
  const { words, reason } = limited(answerTo(request), request)
  const begin = clock.elapsed() + firstTokenMs
  for (const [index, delta] of words.entries()) {
    await sleepUntil(begin + (index * 1000) / tokensPerSecond, clock, signal)
    yield { kind: 'text', delta }
  }
  yield { kind: 'end', end: endOf(request, words.join(''), reason) }
}

/** Due times rather than pauses: a late timer does not make the whole answer slower. */
async function sleepUntil(due: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const left = due - clock.elapsed()
  try {
    if (left > 0) await clock.sleep(left, signal)
  } catch (error) {
    throw signal.aborted ? stopped(signal) : error
  }
  stopIfAborted(signal)
}

/** The words, with white space as it is, up to a stop sequence and `max_tokens`. */
function limited(
  text: string,
  { parameters }: ReplyRequest,
): { words: string[]; reason: ReplyEnd['reason'] } {
  const ends = (parameters.stop ?? [])
    .filter(Boolean)
    .map((stop) => text.indexOf(stop))
    .filter((index) => index >= 0)
  const words = text.slice(0, Math.min(text.length, ...ends)).match(/\s*\S+|\s+$/g) ?? []
  const most = parameters.maxTokens ?? Number.POSITIVE_INFINITY
  return words.length > most
    ? { words: words.slice(0, most), reason: 'length' }
    : { words, reason: 'complete' }
}

function endOf(request: ReplyRequest, text: string, reason: ReplyEnd['reason']): ReplyEnd {
  return {
    reason,
    model: MODEL,
    requestId: null,
    usage: {
      inputTokens: promptTokens(request),
      cachedTokens: 0,
      outputTokens: estimateTokens(text),
      reasoningTokens: 0,
      exact: false,
    },
  }
}
