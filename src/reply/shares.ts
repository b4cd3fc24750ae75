import type { RateBudget, RateObservation, Reported } from '../ports/outcome.ts'
import { type Bucket, createBucket } from './bucket.ts'
import type { Share } from './sharing.ts'

/** The buckets of one platform that are in use, by name, and what answers to calls have taught about them. */
export interface Shares {
  /** The declared buckets, and those that the platform named when such calls were answered. */
  of(budgets: readonly RateBudget[]): readonly Share[]
  learn(now: number, call: Made, reported: Reported): void
  /** Forgets buckets that nobody has used for a while. */
  sweep(now: number): void
  size(): number
}

/** A call that was made. */
interface Made {
  readonly budgets: readonly RateBudget[]
  /** What it was counted in. */
  readonly spent: readonly Share[]
  /** `Clock.elapsed()`. */
  readonly beganAt: number
}

const SWEEP_MS = 10_000
/** Buckets followed beside a declared one. */
const MOST_LINKS = 4

export function createShares(): Shares {
  const shares = new Map<string, Share>()
  const links = new Map<string, { readonly like: RateBudget; readonly names: Set<string> }>()
  let sweptAt = 0

  /** Until more is known of a bucket, it is taken to be like the declared one that it was met with. */
  function named(name: string, like: RateBudget): Share {
    const known = shares.get(name)
    if (known) return known
    const share = {
      bucket: createBucket(name),
      owed: 0,
      answers: 0,
      waiting: 0,
      previewedAt: Number.NEGATIVE_INFINITY,
      roundAt: Number.NEGATIVE_INFINITY,
      begun: new Map<number, number>(),
      keptAt: [],
      writers: new Set<object>(),
      writersAt: [],
    }
    share.bucket.declare(like)
    shares.set(name, share)
    return share
  }

  function of(budgets: readonly RateBudget[]): readonly Share[] {
    const found = new Set<Share>()
    for (const budget of budgets) {
      const share = named(budget.bucket, budget)
      share.bucket.declare(budget)
      found.add(share)
    }
    const linked = links.get(kindOf(budgets))
    if (linked) for (const name of linked.names) found.add(named(name, linked.like))
    return [...found]
  }

  function learn(now: number, { budgets, spent, beganAt }: Made, reported: Reported): void {
    const refused = reported.kind === 'limited'
    for (const { bucket } of spent) bucket.answered(now, refused)
    for (const seen of reported.rate ?? []) spokenOf(seen.bucket, budgets)?.observe(now, seen)
    if (!refused) return
    const bucket = spokenOf(reported.bucket ?? budgets[0]?.bucket, budgets)
    const { retryAfterMs } = reported
    bucket?.refuse(now, { beganAt, retryAfterMs, told: isTold(bucket, reported.rate) })
  }

  /** The bucket that the platform spoke of; calls with these budgets spend it from now on. */
  function spokenOf(name: string | undefined, budgets: readonly RateBudget[]): Bucket | null {
    const first = budgets[0]
    if (!first || name === undefined) return null
    const declared = budgets.find((budget) => budget.bucket === name)
    if (declared) return named(name, declared).bucket
    const linked = links.get(kindOf(budgets)) ?? { like: first, names: new Set() }
    if (!linked.names.has(name) && linked.names.size >= MOST_LINKS) return named(first.bucket, first).bucket
    links.set(kindOf(budgets), linked)
    linked.names.add(name)
    return named(name, first).bucket
  }

  function sweep(now: number): void {
    if (now - sweptAt < SWEEP_MS) return
    sweptAt = now
    for (const [name, share] of shares) {
      if (share.owed > 0 || share.waiting > 0 || !share.bucket.stale(now)) continue
      shares.delete(name)
    }
    for (const [kind, { like }] of links) if (!shares.has(like.bucket)) links.delete(kind)
  }

  return { of, learn, sweep, size: () => shares.size }
}

/** Calls of one kind spend the same buckets. One bucket alone says nothing: all calls of a platform may share it. */
const kindOf = (budgets: readonly RateBudget[]): string => JSON.stringify(budgets.map(({ bucket }) => bucket))

function isTold(bucket: Bucket, rate: readonly RateObservation[] | undefined): boolean {
  return rate?.some((seen) => seen.bucket === bucket.name) ?? false
}
