import type OpenAI from 'openai'
import type { Connection } from './connection.ts'
import type { StreamedEvent } from './finish.ts'
import { merged } from './merged.ts'
import { fromProblem, type Occasion, plain, toModelError } from './model-error.ts'
import { patience, type Sign } from './patience.ts'
import { responsesReader, type Step } from './responses-events.ts'
import type { Watch } from './watch.ts'

type Events = AsyncIterable<readonly OpenAI.Responses.ResponseStreamEvent[]>

/** How long the connection may take to close by itself after the last event, so that it can be used again. */
const TAIL_MS = 250

/** Throws `cut` when the stream closes before its terminal event. */
export async function* responsesStream(
  stream: Events,
  { timeouts, log }: Connection,
  occasion: Occasion,
  watch: Watch,
): AsyncGenerator<StreamedEvent> {
  const read = responsesReader()
  const limitAfter = patience(timeouts)
  let limit = limitAfter([])
  const batches = stream[Symbol.asyncIterator]()
  for (;;) {
    watch.allow(limit)
    const next = await watch.wait(batches.next())
    watch.rest()
    if (next.done) throw plain('cut', null, occasion)
    const steps = untilTheEnd(next.value.map(read))
    limit = limitAfter(steps.flatMap(signsOf))
    for (const step of steps) if (step.kind === 'unknown') log.debug({ type: step.type }, UNKNOWN)
    yield* merged(steps.flatMap((step) => (step.kind === 'event' ? [step.event] : [])))
    const last = steps.at(-1)
    if (last?.kind === 'failed')
      throw fromProblem({ ...last.problem, requestId: occasion.requestId }, occasion)
    if (last?.kind !== 'finish') continue
    yield last
    watch.allow(TAIL_MS)
    await watch.wait(batches.next()).catch((error: unknown) => {
      log.debug({ err: toModelError(error, occasion) }, 'the connection did not close after the last event')
    })
    return
  }
}

const UNKNOWN = 'an event of an unknown type'

/** What follows the terminal event doesn't count. */
function untilTheEnd(steps: readonly Step[]): readonly Step[] {
  const end = steps.findIndex(({ kind }) => kind === 'finish' || kind === 'failed')
  return end < 0 ? steps : steps.slice(0, end + 1)
}

export function signsOf(step: Step): readonly Sign[] {
  if (step.kind === 'event') return [step.event.kind]
  return step.kind === 'work' ? ['work'] : []
}
