import type { RateBudget } from '../ports/platform.ts'
import { countKept, countWriter, isLong } from './long-windows.ts'
import { countBegun } from './rounds.ts'
import type { Share } from './sharing.ts'
import type { SeatState, Waiter } from './waiting.ts'

/** What answers owe their buckets, and want of them, as it stands in the buckets' books. */

/** As in `Seat.owe`. */
export type Owed = readonly [budgets: readonly RateBudget[], calls: number, before: readonly RateBudget[]]

/** Replaces what the seat owed before. True when it owes less of something now. */
export function enterOwed(seat: SeatState, [budgets, calls, before]: Owed, now: number): boolean {
  const owes = new Map<Share, number>()
  if (calls > 0) for (const share of seat.shares.of(budgets)) owes.set(share, calls)
  for (const share of seat.shares.of(before)) owes.set(share, (owes.get(share) ?? 0) + 1)
  const less = [...seat.owes].some(([share, owed]) => owed > (owes.get(share) ?? 0))
  countOwed(seat, -1)
  seat.owes = owes
  if (owes.size > 0) seat.writesSince ??= now
  countOwed(seat, 1)
  return less
}

/** The end of what begins now is owed at once, not only when its first call was answered: others begin meanwhile. */
export function keepEnd(seat: SeatState, later: readonly Share[], now: number): void {
  const long = later.filter(isLong)
  if (long.length === 0) return
  for (const share of long) if (!seat.owes.has(share)) countKept(share, now)
  countOwed(seat, -1)
  seat.owes = new Map([...long.map((share) => [share, 1] as const), ...seat.owes])
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
