import { compareTurns, type Waiter } from './waiting.ts'

/** Those who wait for leave, in the order of their turns. */
export interface Line {
  size(): number
  join(waiter: Waiter): void
  leave(waiter: Waiter): void
  /** Calls `visit` for each in turn; those for which it is true leave. */
  serve(visit: (waiter: Waiter) => boolean): void
  /** Who has waited for too long behind everybody else takes turns from now on. The moment of the next one, or Infinity. */
  promote(now: number): number
}

/** A call that nobody waits for is made even so, at last. */
const ASIDE_MS = 15_000

export function createLine(): Line {
  let line: Waiter[] = []
  /** The oldest first. */
  const asides = new Set<Waiter>()

  function join(waiter: Waiter): void {
    if (waiter.rank === 'aside') asides.add(waiter)
    for (const { spends } of waiter.draws) for (const share of spends) share.waiting++
    insert(waiter)
  }

  function insert(waiter: Waiter): void {
    let [low, high] = [0, line.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = line[middle]
      if (other && compareTurns(other, waiter) <= 0) low = middle + 1
      else high = middle
    }
    line.splice(low, 0, waiter)
  }

  function leave(waiter: Waiter): void {
    const at = line.indexOf(waiter)
    if (at === -1) return
    line.splice(at, 1)
    forget(waiter)
  }

  function forget(waiter: Waiter): void {
    asides.delete(waiter)
    for (const { spends } of waiter.draws) for (const share of spends) share.waiting--
  }

  function serve(visit: (waiter: Waiter) => boolean): void {
    const gone = new Set<Waiter>()
    for (const waiter of line) if (visit(waiter)) gone.add(waiter)
    if (gone.size === 0) return
    line = line.filter((waiter) => !gone.has(waiter))
    for (const waiter of gone) forget(waiter)
  }

  function promote(now: number): number {
    for (const waiter of asides) {
      if (waiter.since + ASIDE_MS > now) return waiter.since + ASIDE_MS
      asides.delete(waiter)
      line.splice(line.indexOf(waiter), 1)
      waiter.rank = 'needed'
      insert(waiter)
    }
    return Number.POSITIVE_INFINITY
  }

  return { size: () => line.length, join, leave, serve, promote }
}
