import type { RateBudget } from '../ports/outcome.ts'
import { countKept, countWriter, isLong } from './long-windows.ts'
import { countBegun } from './rounds.ts'
import type { Share } from './sharing.ts'
import type { SeatState, Waiter } from './waiting.ts'

/** What answers owe their buckets, and want of them, as it stands in the buckets' books. */

/** As in `Seat.owe`. */
export type Owed = readonly [
  budgets: readonly RateBudget[],
  calls: number,
  before: readonly (readonly RateBudget[])[],
]

/** Replaces what the seat owed before. True when it owes less of something now. */
export function enterOwed(seat: SeatState, [budgets, calls, before]: Owed, now: number): boolean {
  const owes = new Map<Share, number>()
  if (calls > 0) for (const share of seat.shares.of(budgets)) owes.set(share, calls)
  for (const call of before)
    for (const share of seat.shares.of(call)) owes.set(share, (owes.get(share) ?? 0) + 1)
  const less = [...seat.owes].some(([share, owed]) => owed > (owes.get(share) ?? 0))
  countOwed(seat, -1)
  seat.owes = owes
  seat.kept = []
  if (owes.size > 0) seat.writesSince ??= now
  countOwed(seat, 1)
  return less
}

/**
 * The end of what begins now is owed at once, not only when its first call was answered: others begin meanwhile.
 * Replaces what was kept for a beginning that failed: the way taken now may be another one.
 */
export function keepEnd(seat: SeatState, later: readonly Share[], now: number): void {
  const long = later.filter(isLong)
  if (long.length === 0) return
  for (const share of long)
    if (!seat.keptIn.has(share)) {
      seat.keptIn.add(share)
      countKept(share, now)
    }
  countOwed(seat, -1)
  const owes = new Map([...seat.owes].filter(([share]) => !seat.kept.includes(share)))
  seat.kept = long.filter((share) => !owes.has(share))
  seat.owes = new Map([...seat.kept.map((share) => [share, 1] as const), ...owes])
  countOwed(seat, 1)
}

/** Enters what the seat owes into the buckets' books, or takes it out. */
function countOwed({ owes, writesSince }: SeatState, sign: 1 | -1): void {
  for (const [share, calls] of owes) {
    share.owed += sign * calls
    share.answers += sign
    countBegun(share, writesSince ?? 0, sign)
  }
}

/** Enters the answer among those that want previews. */
export function countPreviewed({ seat, draws }: Waiter, now: number): void {
  for (const { spends } of draws)
    for (const share of spends) {
      if (!isLong(share)) continue
      countWriter(share, seat, now)
      seat.previewedIn.add(share)
    }
}
