import { nearest } from '../config/nearest.ts'
import { readImage } from '../media/image.ts'
import type { TurnTrace } from '../observe/trace.ts'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { PromptMessage, PromptPart, ReplyRequest } from '../ports/model.ts'
import { type AskingDeps, openReply, type PaidReply } from './asking.ts'
import type { Catalog } from './catalog.ts'
import { countRequest } from './counting.ts'
import type { Direct, DirectEvent, DirectImage, DirectRequest } from './direct-port.ts'
import { personHash } from './keys.ts'
import { Refused } from './refused.ts'

export interface DirectDeps extends AskingDeps {
  readonly ledger: Ledger
  readonly catalog: Catalog
  readonly clock: Clock
  readonly traces: Traces
  /** Aborts when the program can wait no longer for answers. */
  readonly closing: AbortSignal
  readonly defaults: { readonly model: string; readonly persona: string }
}

/** A turn on the caller's own connection: nothing is queued or remembered, but budget, media and model are the same. */
export function createDirect(deps: DirectDeps): Direct {
  return async function* direct(request, caller) {
    const signal = AbortSignal.any([caller, deps.closing])
    const trace = deps.traces.begin({
      turn: request.turn,
      platform: request.spender.platform,
      // It was said in no channel.
      workspace: '',
      channel: '',
      thread: '',
      admittedAt: deps.clock.now(),
    })
    try {
      yield* answer(deps, request, trace, signal)
    } catch (error) {
      if (!signal.aborted) trace.end(outcomeOf(error), wordsOf(error))
      throw error
    } finally {
      // Ended already unless the caller went away, or the program had to.
      trace.end('stopped')
    }
  }
}

async function* answer(
  deps: DirectDeps,
  request: DirectRequest,
  trace: TurnRecorder,
  signal: AbortSignal,
): AsyncGenerator<DirectEvent, void, undefined> {
  trace.set({ state: 'reading' })
  const asked = await requestOf(deps, request, signal)
  trace.set({ model: asked.model })
  const promptTokens = await countRequest(asked)
  const { turn: id, spender } = request
  const reply = await openReply(deps, { id, spender, request: asked, promptTokens }, signal)

  const text: string[] = []
  let settled: Awaited<ReturnType<PaidReply['cost']>> = null
  try {
    trace.set({ state: 'asking' })
    trace.mark('modelCalled')
    for await (const event of reply.stream(signal)) {
      if (event.kind === 'text') {
        if (text.length === 0) {
          trace.mark('firstToken')
          trace.set({ state: 'writing' })
        }
        text.push(event.delta)
        yield { kind: 'text', delta: event.delta }
        trace.mark('firstShown')
      }
      if (event.kind === 'warning') yield { kind: 'warning', words: `${event.parameter}: ${event.why}` }
    }
    trace.mark('lastToken')
  } finally {
    settled = await settle(deps, reply, trace)
  }
  const { end } = reply
  if (settled === null || end === null) throw new Error('a reply ended without its end')
  const { usage, charge } = settled
  trace.mark('finalShown')
  trace.end('answered')
  yield {
    kind: 'end',
    end: { text: text.join(''), reason: end.reason, model: end.model, usage, costUsd: charge.amount / 1e9 },
  }
}

/** Books what the reply cost so far, whichever way it ended. */
async function settle({ ledger }: DirectDeps, reply: PaidReply, trace: TurnRecorder) {
  const cost = await reply.cost()
  if (cost === null) {
    await reply.release()
    return null
  }
  const { usage, charge } = cost
  const { inputTokens, cachedTokens, outputTokens } = usage
  trace.set({ inputTokens, cachedTokens, outputTokens, costUsd: charge.amount / 1e9 })
  if (reply.end !== null) trace.set({ model: reply.end.model, requestId: reply.end.requestId })
  await ledger.settle(charge)
  return cost
}

async function requestOf(
  deps: DirectDeps,
  request: DirectRequest,
  signal: AbortSignal,
): Promise<ReplyRequest> {
  const model = await chosenModel(deps, request, signal)
  const images = await Promise.all(request.images.map(readDirectImage))
  const messages: PromptMessage[] = [
    ...request.history.map(({ role, content }) => ({ role, content: [textPart(content)] })),
    { role: 'user', content: [textPart(request.message), ...images] },
  ]
  return {
    model,
    instructions: request.instructions ?? deps.defaults.persona,
    messages,
    parameters: request.parameters,
    person: personHash(request.spender, { id: request.spender.person }),
  }
}

async function chosenModel(deps: DirectDeps, request: DirectRequest, signal: AbortSignal): Promise<string> {
  const { model } = request
  if (model === undefined || model === deps.defaults.model) return deps.defaults.model
  if ((await deps.catalog.has(model, signal)) !== 'no') return model
  const names = (await deps.catalog.list(signal)).map(({ id }) => id)
  const near = nearest(model, names)
  const hint = near === null ? '' : ` Did you mean "${near}"?`
  throw new Refused(
    'unknown_model',
    `There is no model "${model.slice(0, 100)}".${hint} GET /models lists what there is.`,
  )
}

async function readDirectImage(image: DirectImage, index: number): Promise<PromptPart> {
  if (image.kind === 'url') return { kind: 'image', image }
  const read = await readImage(image.name, image.bytes)
  if (read.kind === 'skipped') throw new Refused('bad_input', `images[${index}]: ${read.why}.`)
  return read
}

const outcomeOf = (error: unknown): NonNullable<TurnTrace['outcome']> =>
  error instanceof Refused ? 'refused' : 'failed'

/** What may be read by whoever looks on; internals stay with the error, which the caller logs. */
const wordsOf = (error: unknown): string =>
  error instanceof Refused || error instanceof ModelError
    ? error.words
    : 'Something went wrong inside Parley.'

const textPart = (text: string): PromptPart => ({ kind: 'text', text })
