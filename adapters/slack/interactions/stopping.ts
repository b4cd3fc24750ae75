import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Installations } from '../installations/installation.ts'
import { spotOf } from '../spot.ts'
import type { AppEvent } from './app-event.ts'
import { Malformed } from './malformed.ts'
import { read, sessionStopped } from './payload.ts'
import type { Reading } from './reading.ts'
import { type Visit, visitOf } from './scene.ts'

/**
 * Slack's own Stop, which it shows while a stream or a status is there. Resolves when it was taken in; rejects when it
 * was not, so that Slack delivers it again.
 */
export function createStopping(parts: {
  readonly intake: Pick<Intake, 'place' | 'admit'>
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly clock: Clock
}) {
  const { intake, clock } = parts
  return async ({ id, event, team, enterprise }: AppEvent, signal: AbortSignal): Promise<void> => {
    const { channel, thread_ts, user, streaming_message_ts } = read(sessionStopped, event, 'a Stop')
    if (user == null) throw new Malformed('a Stop of nobody')
    const caller = { id: user, name: '', team: null }
    const visit = await visitOf({ team, enterprise, caller }, parts, signal)
    // Whose answers are not here any more has none to stop.
    if (typeof visit === 'string') return
    const streamed = streaming_message_ts.at(-1)
    await intake.admit({
      kind: 'stop',
      id: `stopped:${id}`,
      at: clock.now(),
      place: await intake.place(spotIn(visit, channel, thread_ts ?? null, streamed)),
      by: visit.by,
      // A late delivery means no other answer than the one that was seen.
      answer: streamed === undefined ? null : { channel, id: streamed },
    })
  }
}

/** The place of anything in that thread, where the stream is not known. */
const spotIn = ({ installation }: Visit, channel: string, thread: string | null, streamed?: string) =>
  spotOf({
    workspace: installation.team,
    channel,
    ts: streamed ?? (thread === null ? '' : `${thread}.stop`),
    thread,
  })
