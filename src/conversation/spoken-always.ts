import type { Logger } from 'pino'
import type { Clock } from '../ports/clock.ts'
import type { InboundEvent } from '../ports/event.ts'
import { speakable } from '../speech/speakable.ts'
import type { Ended } from './ending.ts'
import type { Refusals } from './refusals.ts'
import type { Settings } from './settings.ts'
import { takesSounds, unheardLevel } from './unheard.ts'
import { saidIn } from './wholeness.ts'

export interface SpokenAlwaysDeps {
  readonly settings: Settings
  readonly clock: Clock
  readonly refusals: Pick<Refusals, 'isFirst'>
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
  {
    question,
    whole,
    drafting,
    place,
    platform,
  }: Pick<Ended, 'question' | 'whole' | 'drafting' | 'place' | 'platform'>,
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
    if (!takesSounds(platform, place)) {
      const level = unheardLevel(deps.refusals, question, 'unsendable')
      deps.log[level]({ turn }, 'answers are to be read aloud here, and no sound can be sent')
      return
    }
    // The answer was the reply to its call, and stays it: the sound goes by itself.
    const { via: _, ...there } = place
    const event = { kind: 'read_aloud', id: `${turn}:spoken`, answer, quiet: true, place: there } as const
    await deps.admit({ ...event, by, at: deps.clock.now() })
  } catch (error) {
    deps.log.warn({ turn, err: error }, 'an answer could not be passed on to be read aloud')
  }
}
