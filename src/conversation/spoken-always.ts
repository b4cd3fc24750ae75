import type { Logger } from 'pino'
import type { Clock } from '../ports/clock.ts'
import type { InboundEvent } from '../ports/event.ts'
import { speakable } from '../speech/speakable.ts'
import type { Ended } from './ending.ts'
import type { Settings } from './settings.ts'
import { saidIn } from './wholeness.ts'

export interface SpokenAlwaysDeps {
  readonly settings: Settings
  readonly clock: Clock
  /** Puts an event of the engine's own into the inbox. */
  readonly admit: (event: InboundEvent) => Promise<void>
  readonly log: Logger
}

/**
 * Has an answer that is settled read aloud, where the channel wants that of all. Never rejects: the answer stands, and
 * can be heard by its button.
 */
export async function speakWhereAlways(
  deps: SpokenAlwaysDeps,
  { question, whole, drafting, place }: Pick<Ended, 'question' | 'whole' | 'drafting' | 'place'>,
): Promise<void> {
  const { turn, task, privateTo, by } = question
  const isForAll = privateTo === null && whole.apart === undefined
  if (task.kind !== 'answer' || whole.outcome !== 'answered' || !isForAll) return
  const answer = drafting.parts.find(({ ref }) => ref !== null)?.ref ?? null
  // Nobody asked: what can't be read is passed over in silence.
  if (answer === null || speakable(saidIn(whole)) === '') return
  try {
    const { spoken } = await deps.settings.of(place.conversation)
    if (!spoken) return
    const id = `${turn}:spoken`
    await deps.admit({ kind: 'read_aloud', id, answer, quiet: true, place, by, at: deps.clock.now() })
  } catch (error) {
    deps.log.warn({ turn, err: error }, 'an answer could not be passed on to be read aloud')
  }
}
