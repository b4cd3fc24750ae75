import type { Clock } from '../ports/clock.ts'
import type { Claim } from '../ports/inbox.ts'
import { within } from '../within.ts'
import type { Memory } from './memory.ts'
import type { Question } from './question.ts'
import type { Running, RunningTurn } from './running.ts'

export interface SharingDeps {
  readonly memory: Pick<Memory, 'turnOf'>
  readonly running: Pick<Running, 'speeches'>
  readonly clock: Clock
}

/** Milliseconds. What is read aloud has limits of its own, which are shorter. */
const limitMs = 30 * 60_000

/**
 * Settles the wish to hear an answer that is just being read: it is read once. `again`: nobody has heard it, nobody was
 * told, and nothing is settled. Rejects with the claim's reason, or after half an hour.
 */
export async function shareAloud(
  { memory, running, clock }: SharingDeps,
  claim: Claim,
  { conversation, aloud, by, quiet }: Pick<Question, 'conversation' | 'aloud' | 'by' | 'quiet'>,
  other: RunningTurn,
): Promise<'done' | 'again'> {
  if (!quiet && running.speeches.joins(by.id, other)) {
    await within({ clock, limit: limitMs, signal: claim.signal }, () => other.over)
    const { ending } = other.turn
    if (ending === 'suspended') {
      await claim.release()
      return 'done'
    }
    const answer = aloud?.parts.find(({ ref }) => ref !== null)?.ref
    const now = answer && (await memory.turnOf(conversation, answer))
    const isHeard = now?.spoken?.some(({ ref }) => ref !== null && other.shows(ref))
    if (!isHeard && ending !== 'stopped' && ending !== 'withdrawn') return 'again'
  }
  await claim.settle({ entries: [], charge: null })
  return 'done'
}
