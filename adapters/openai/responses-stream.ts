import type OpenAI from 'openai'
import type { Connection } from './connection.ts'
import type { StreamedEvent } from './finish.ts'
import { fromProblem, type Occasion, plain, toModelError } from './model-error.ts'
import { patience, type Sign } from './patience.ts'
import { responsesReader, type Step } from './responses-events.ts'
import type { Watch } from './watch.ts'

type Events = AsyncIterable<OpenAI.Responses.ResponseStreamEvent>

/** How long the connection may take to close by itself after the last event, so that it can be used again. */
const TAIL_MS = 250

/** Throws `cut` when the stream closes before its terminal event: the SDK's own loop ends as if all were well. */
export async function* responsesStream(
  stream: Events,
  { timeouts, log }: Connection,
  occasion: Occasion,
  watch: Watch,
): AsyncGenerator<StreamedEvent> {
  const read = responsesReader()
  const limitAfter = patience(timeouts)
  let limit = limitAfter([])
  const events = stream[Symbol.asyncIterator]()
  for (;;) {
    watch.allow(limit)
    const next = await watch.wait(events.next())
    watch.rest()
    if (next.done) throw plain('cut', null, occasion)
    const step = read(next.value)
    limit = limitAfter(signsOf(step))
    switch (step.kind) {
      case 'event':
        yield step.event
        break
      case 'work':
      case 'nothing':
        break
      case 'unknown':
        log.debug({ type: step.type }, 'an event of an unknown type')
        break
      case 'failed':
        throw fromProblem({ ...step.problem, requestId: occasion.requestId }, occasion)
      case 'finish':
        yield step
        watch.allow(TAIL_MS)
        await watch.wait(events.next()).catch((error: unknown) => {
          log.debug(
            { err: toModelError(error, occasion) },
            'the connection did not close after the last event',
          )
        })
        return
    }
  }
}

export function signsOf(step: Step): readonly Sign[] {
  if (step.kind === 'event') return [step.event.kind]
  return step.kind === 'work' ? ['work'] : []
}
