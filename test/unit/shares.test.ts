import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/ports/outcome.ts'
import { createShares } from '../../src/reply/shares.ts'
import { budget } from './pacer-desk.ts'

const limits = (budgets: ReturnType<typeof budget>[], shares = createShares()) =>
  shares.of(budgets).map(({ bucket }) => [bucket.name, bucket.limit(), bucket.windowMs()])

const made = (budgets: ReturnType<typeof budget>[], shares: ReturnType<typeof createShares>) => ({
  budgets,
  spent: shares.of(budgets),
  beganAt: 0,
})

describe('a bucket that the platform named', () => {
  const refusal: Outcome = { kind: 'limited', retryAfterMs: 1000, bucket: 'named' }
  const declared = [budget('declared', 50, 2000)]

  it('is taken to be like the declared one', () => {
    const shares = createShares()
    shares.learn(0, made(declared, shares), { ...refusal, kind: 'limited', retryAfterMs: 1 })
    expect(limits(declared, shares)).toEqual([
      ['declared', 50, 2000],
      ['named', 25, 2000],
    ])
  })

  it('is so again when it comes back after it was forgotten', () => {
    const shares = createShares()
    const [own] = shares.of(declared)
    shares.learn(0, made(declared, shares), refusal)
    if (own) own.owed = 1
    shares.sweep(120_000)
    expect(shares.size()).toBe(1)
    expect(limits(declared, shares)).toEqual([
      ['declared', 50, 2000],
      ['named', 50, 2000],
    ])
  })

  it('is not met with by calls of another kind that share a bucket with those', () => {
    const shares = createShares()
    const all = budget('all', 50, 1000)
    shares.learn(0, made([all], shares), refusal)
    expect(limits([budget('edits', 5, 5000), all], shares).map(([name]) => name)).toEqual(['edits', 'all'])
    expect(limits([all], shares).map(([name]) => name)).toEqual(['all', 'named'])
  })
})
