import { nearest } from '../config/nearest.ts'
import type { Reader } from '../media/reader.ts'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import { DownloadError } from '../ports/failure.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { PromptMessage, PromptPart, ReplyRequest } from '../ports/model.ts'
import { type AskingDeps, openReply, type PaidReply } from './asking.ts'
import type { Catalog } from './catalog.ts'
import { countRequest } from './counting.ts'
import { nothingLeft, placeOf, readSent, type SentRead, sentWith } from './direct-files.ts'
import type { Direct, DirectEvent, DirectRequest } from './direct-port.ts'
import { beginTrace, endFailed } from './direct-trace.ts'
import { personHash } from './keys.ts'
import { Refused } from './refused.ts'

export interface DirectDeps extends AskingDeps {
  readonly ledger: Ledger
  readonly catalog: Catalog
  readonly reader: Reader
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
    const { turn, spender } = request
    const trace = beginTrace(deps.traces, { turn, spender, admittedAt: deps.clock.now() })
    try {
      yield* answer(deps, request, trace, signal)
    } catch (error) {
      if (!signal.aborted) endFailed(trace, error)
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
  const { platform, workspace } = request.spender
  const sent = sentWith(request)
  const reading = deps.reader.enter({
    download: async ({ id }) => {
      const bytes = sent.find(({ file }) => file.id === id)?.bytes
      if (!bytes) throw new DownloadError('it did not come with the request')
      return new Blob([new Uint8Array(bytes)]).stream()
    },
    platform,
    workspace,
    payer: { spender: request.spender, isAccount: false, booked: trace.bought },
    signal,
  })
  try {
    const read = () => readSent(sent, reading)
    yield* answerTo(deps, request, await requestOf(deps, request, read, signal), trace, signal)
  } finally {
    await reading.close()
  }
}

async function* answerTo(
  deps: DirectDeps,
  request: DirectRequest,
  { asked, notes }: { readonly asked: ReplyRequest; readonly notes: readonly string[] },
  trace: TurnRecorder,
  signal: AbortSignal,
): AsyncGenerator<DirectEvent, void, undefined> {
  trace.set({ model: asked.model })
  const promptTokens = await countRequest(asked)
  const { turn: id, spender } = request
  const reply = await openReply(deps, { id, spender, request: asked, promptTokens }, signal)

  const text: string[] = []
  let settled: Awaited<ReturnType<PaidReply['cost']>> = null
  try {
    // Not before the money is there: whoever is refused hears that first.
    for (const words of notes) yield { kind: 'warning', words }
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
  read: () => Promise<SentRead>,
  signal: AbortSignal,
): Promise<{ readonly asked: ReplyRequest; readonly notes: readonly string[] }> {
  const model = await chosenModel(deps, request, signal)
  const { partsOf, notes, skipped } = await read()
  const images = request.images.flatMap((image, i): readonly PromptPart[] =>
    image.kind === 'url' ? [{ kind: 'image', image }] : partsOf(placeOf(image, i)),
  )
  const files = (request.files ?? []).flatMap((_, i) => partsOf(`files[${i}]`))
  const isBlank = request.message.trim() === ''
  if (isBlank && images.length + files.length === 0 && skipped.length > 0) throw nothingLeft(skipped)
  const left = skipped.map(({ words }) => words)
  const told = left.map((why) => `(An attached file could not be read. ${why})`)
  const words = isBlank ? told : [request.message, ...told]
  const messages: PromptMessage[] = [
    ...request.history.map(({ role, content }) => ({ role, content: [textPart(content)] })),
    { role: 'user', content: [textPart(words.join('\n\n')), ...images, ...files] },
  ]
  const asked = {
    model,
    instructions: request.instructions ?? deps.defaults.persona,
    messages,
    parameters: request.parameters,
    person: personHash(request.spender, { id: request.spender.person }),
  }
  return { asked, notes: [...left, ...notes] }
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

const textPart = (text: string): PromptPart => ({ kind: 'text', text })
