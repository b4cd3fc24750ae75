import type { Outcome, RateBudget, RateObservation } from '../ports/platform.ts'
import { type Bucket, createBucket } from './bucket.ts'
import type { Share } from './sharing.ts'

/** The buckets in use, by name, and what answers to calls have taught about them. */
export interface Shares {
  named(name: string): Share
  /** The declared buckets, and those that the platform named when such calls were answered. */
  of(budgets: readonly RateBudget[]): readonly Share[]
  /** `spent`: what the call was counted in. */
  learn(now: number, budgets: readonly RateBudget[], spent: readonly Share[], outcome: Outcome): void
  /** Forgets buckets that nobody has used for a while. */
  sweep(now: number): void
  size(): number
}

const SWEEP_MS = 10_000
/** Buckets followed beside a declared one. */
const MOST_LINKS = 4

export function createShares(): Shares {
  const shares = new Map<string, Share>()
  const links = new Map<string, Set<string>>()
  let sweptAt = 0

  function named(name: string): Share {
    let share = shares.get(name)
    if (!share) {
      share = { bucket: createBucket(name), owed: 0, waiting: 0, previewedAt: Number.NEGATIVE_INFINITY }
      shares.set(name, share)
    }
    return share
  }

  function of(budgets: readonly RateBudget[]): readonly Share[] {
    const found = new Set<Share>()
    for (const budget of budgets) {
      const share = named(budget.bucket)
      share.bucket.declare(budget)
      found.add(share)
      for (const name of links.get(budget.bucket) ?? []) found.add(named(name))
    }
    return [...found]
  }

  function learn(
    now: number,
    budgets: readonly RateBudget[],
    spent: readonly Share[],
    outcome: Outcome,
  ): void {
    const refused = outcome.kind === 'limited'
    for (const { bucket } of spent) bucket.answered(now, refused)
    for (const seen of outcome.rate ?? []) spokenOf(seen.bucket, budgets)?.observe(now, seen)
    if (!refused) return
    const bucket = spokenOf(outcome.bucket ?? budgets[0]?.bucket, budgets)
    bucket?.refuse(now, outcome.retryAfterMs, isTold(bucket, outcome.rate))
  }

  /** The bucket that the platform spoke of; calls with these budgets spend it from now on. */
  function spokenOf(name: string | undefined, budgets: readonly RateBudget[]): Bucket | null {
    const first = budgets[0]
    if (!first || name === undefined) return null
    if (budgets.some((budget) => budget.bucket === name)) return named(name).bucket
    const linked = links.get(first.bucket) ?? new Set()
    if (!linked.has(name) && linked.size >= MOST_LINKS) return named(first.bucket).bucket
    const known = shares.has(name)
    links.set(first.bucket, linked.add(name))
    const { bucket } = named(name)
    if (!known) bucket.declare(first)
    return bucket
  }

  function sweep(now: number): void {
    if (now - sweptAt < SWEEP_MS) return
    sweptAt = now
    for (const [name, share] of shares) {
      if (share.owed > 0 || share.waiting > 0 || !share.bucket.stale(now)) continue
      shares.delete(name)
      links.delete(name)
    }
  }

  return { named, of, learn, sweep, size: () => shares.size }
}

function isTold(bucket: Bucket, rate: readonly RateObservation[] | undefined): boolean {
  return rate?.some((seen) => seen.bucket === bucket.name) ?? false
}
