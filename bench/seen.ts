/** How one answer came to be seen; ms since the epoch. */
export interface Seen {
  readonly firstAt: number
  readonly wholeAt: number
  readonly stoodStillMs: number
}

/** What people see of each answer, change by change. */
export interface Sight {
  /** Answer `index` shows something new. */
  note(index: number, at: number, isWhole: boolean): void
  /** Answers whose whole text is shown. */
  whole(): number
  of(index: number): Seen
}

export function createSight(): Sight {
  const seen = new Map<number, Seen & { readonly changedAt: number }>()
  let whole = 0
  return {
    note(index, at, isWhole) {
      const before = seen.get(index)
      if (before !== undefined && Number.isFinite(before.wholeAt)) return
      if (isWhole) whole++
      const still = before === undefined ? 0 : at - before.changedAt
      seen.set(index, {
        firstAt: before?.firstAt ?? at,
        wholeAt: isWhole ? at : Number.NaN,
        changedAt: at,
        stoodStillMs: Math.max(before?.stoodStillMs ?? 0, still),
      })
    },
    whole: () => whole,
    of: (index) => seen.get(index) ?? { firstAt: Number.NaN, wholeAt: Number.NaN, stoodStillMs: 0 },
  }
}
