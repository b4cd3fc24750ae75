import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { fieldsOf, listOf, tsOf } from '../fields.ts'
import type { Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import { spotOf } from '../spot.ts'
import type { AppEvent } from './app-event.ts'
import { reactionAdded, read } from './payload.ts'
import type { Reading } from './reading.ts'
import { visitOf } from './scene.ts'

/** Slack's name of 🔊; 🔉 is `sound`, 🔈 is `speaker`. */
const loud = 'loud_sound'

/**
 * 🔊 on an answer: it is to be heard. Resolves when it was taken in, or is nothing of the kind; rejects when it was not,
 * so that Slack delivers it again.
 */
export function createReacting(parts: {
  readonly intake: Pick<Intake, 'place' | 'admit'>
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly call: PacedCall
  readonly clock: Clock
}) {
  const { intake, call, clock } = parts

  /** Slack does not say in which thread it stands, but in all that it tells of one; null: it is gone, or not to be seen. */
  async function threadOf(team: string, channel: string, ts: string, signal: AbortSignal) {
    const args = { channel, ts, limit: 1 }
    const got = await call<{ messages?: unknown }>({ team, method: 'conversations.replies', args }, signal)
    if (got.kind === 'failed') {
      if (got.passing) throw got.cause
      return null
    }
    const [first] = listOf(got.body.messages).map(fieldsOf)
    return first ? { thread: tsOf(first.thread_ts) } : null
  }

  return async ({ event, team, enterprise }: AppEvent, signal: AbortSignal): Promise<void> => {
    const { user, reaction, item_user, item, event_ts } = read(reactionAdded, event, 'a reaction')
    const { channel, ts } = item
    if (reaction !== loud || item.type !== 'message' || user == null || channel == null || ts == null) return
    const installed = await parts.installations.of(team, enterprise, signal)
    // Whose messages are not Parley's has nothing to read aloud.
    if (installed === null || item_user !== installed.botUser || user === installed.botUser) return
    const visit = await visitOf(
      { team, enterprise, caller: { id: user, name: '', team: null } },
      parts,
      signal,
    )
    if (typeof visit === 'string' || visit.by.bot) return
    const workspace = visit.installation.team
    const stands = await threadOf(workspace, channel, ts, signal)
    if (stands === null) return
    await intake.admit({
      kind: 'read_aloud',
      // Put there again it is another wish: the first may have failed. What was heard already is not read once more.
      id: `reaction:${channel}:${ts}:${user}:${loud}:${event_ts ?? ''}`,
      at: clock.now(),
      place: await intake.place(spotOf({ workspace, channel, ts, thread: stands.thread })),
      by: visit.by,
      answer: { channel, id: ts },
      // People put it on what they like, too.
      quiet: true,
    })
  }
}
