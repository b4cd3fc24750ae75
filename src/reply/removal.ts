import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Platform, SentBefore } from '../ports/platform.ts'
import { within } from '../within.ts'
import { attempt } from './attempt.ts'
import { granted } from './granted.ts'
import { lookUp } from './lookup.ts'
import type { Pacer } from './pacer.ts'
import { growingPause } from './pause.ts'
import type { Seat } from './seat.ts'

export interface Removal {
  readonly platform: Platform
  /** Where the messages are. */
  readonly place: Place
  readonly pacer: Pacer
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** All of it together; what is not gone by then is left to a later try. */
const LIMIT_MS = 60_000
const CALL_LIMIT_MS = 15_000
const MOST_FAILURES = 4
const LEAST_PAUSE_MS = 500
const MOST_PAUSE_MS = 4_000

/**
 * Takes an answer's messages away, those included whose send was under way when it broke off. Resolves when none of
 * them is there any more, as far as anything can be done about it: what may not be removed stays. Rejects when it
 * could not be done now; it may be repeated at any time.
 */
export async function removeAll(parts: readonly DraftPart[], removal: Removal): Promise<void> {
  const { platform, pacer, clock, signal } = removal
  const seat = pacer.enter(platform.name)
  try {
    await within({ clock, limit: LIMIT_MS, signal }, (own) =>
      removeEach(parts, { ...removal, seat, signal: own }),
    )
  } finally {
    seat.leave()
  }
}

interface Work extends Removal {
  readonly seat: Seat
}

/** One that can't be removed keeps none of the others; what can be seen for certain goes first. */
async function removeEach(parts: readonly DraftPart[], work: Work): Promise<void> {
  const failures: unknown[] = []
  const attend = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run()
    } catch (error) {
      work.signal.throwIfAborted()
      failures.push(error)
    }
  }
  for (const { ref } of parts) if (ref) await attend(() => removeOne(ref, work))
  const others = parts.flatMap(({ ref }) => ref ?? [])
  for (const [index, { nonce, ref, since, removed }] of parts.entries()) {
    const sent = { nonce, index, others, ...(since === undefined ? {} : { since }) }
    if (!ref && !removed) await attend(() => removeDoubtful(sent, work))
  }
  if (failures.length === 0) return
  throw new Error(`${failures.length} of ${parts.length} messages could not be removed yet`, {
    cause: failures[0],
  })
}

/** What the platform will never tell apart from other messages stays. */
async function removeDoubtful(sent: SentBefore, work: Work): Promise<void> {
  const found = await lookUp({ ...work, sent })
  if (found.kind === 'found') await removeOne(found.ref, work)
  if (found.kind === 'unknowable' && !found.ever)
    throw new Error('The platform does not say whether the message was sent')
}

async function removeOne(ref: MessageRef, { platform, place, clock, seat, signal }: Work): Promise<void> {
  for (let failures = 0; ; ) {
    const budgets = platform.budget(place, 'remove', ref)
    const outcome = await granted({ seat, rank: 'further', budgets, signal }, () =>
      attempt({ clock, limit: CALL_LIMIT_MS, signal }, (own) => platform.remove(place, ref, own)),
    )
    switch (outcome.kind) {
      case 'limited':
        break
      case 'unknown':
      case 'not_sent':
        failures++
        if (failures >= MOST_FAILURES) throw outcome.cause
        await clock.sleep(growingPause(failures, LEAST_PAUSE_MS, MOST_PAUSE_MS), signal)
        break
      default:
        return
    }
  }
}
