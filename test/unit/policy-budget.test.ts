import { describe, expect, it } from 'vitest'
import { createBudget } from '../../src/policy/budget.ts'
import { nanoOf } from '../../src/policy/money.ts'
import { createPrices } from '../../src/policy/prices.ts'
import type { Reservation, Reserved, SpendFilter } from '../../src/ports/ledger.ts'

/** The ledger's rule, in memory: what is held and booked since a moment, this one included, stays within each limit. */
function memoryLedger() {
  const held = new Map<string, Reservation>()
  const matches = (filter: SpendFilter, { spender }: Reservation) =>
    (Object.keys(filter) as (keyof SpendFilter)[]).every((key) => filter[key] === spender[key])
  return {
    held,
    async reserve(wish: Reservation): Promise<Reserved> {
      for (const limit of wish.limits) {
        const others = [...held.values()].filter((other) => other.id !== wish.id && other.at >= limit.since)
        const spent = others
          .filter((other) => matches(limit.filter, other))
          .reduce((sum, other) => sum + other.amount, 0)
        if (spent + wish.amount > limit.amount) return { kind: 'refused', limit, spent }
      }
      held.set(wish.id, wish)
      return { kind: 'reserved' }
    },
    async release(id: string) {
      held.delete(id)
    },
  }
}

const spender = { platform: 'web', workspace: 'local', channel: 'general', person: 'ann' }
const exact = { reasoningTokens: 0, exact: true }

function world(limits: { all: number | null; person: number | null } = { all: 5, person: 1 }) {
  let now = Date.UTC(2026, 10, 20, 18, 47)
  const ledger = memoryLedger()
  const prices = createPrices({ overrides: {}, provider: 'openai', baseUrl: null })
  const budget = createBudget({ ledger, limits: { day: limits }, clock: { now: () => now }, prices })
  const reserve = (id: string, more: Partial<Parameters<typeof budget.reserve>[0]> = {}) =>
    budget.reserve({
      id,
      spender,
      model: 'gpt-6.1-terra',
      promptTokens: 2_000,
      maxOutputTokens: 8_000,
      ...more,
    })
  return { ledger, reserve, at: (time: number) => (now = time) }
}

async function refused(reservation: ReturnType<ReturnType<typeof world>['reserve']>) {
  const answer = await reservation
  if (answer.kind !== 'refused') throw new Error('was not refused')
  return answer
}

describe('the budget', () => {
  it('sets aside the most the answer can cost, and books what it did cost', async () => {
    const { ledger, reserve } = world()
    const reserved = await reserve('t1')
    // 2,000 tokens written to the cache at $1.25 and 8,000 out at $5 a million.
    expect(ledger.held.get('t1')?.amount).toBe(nanoOf(0.0425))
    if (reserved.kind !== 'reserved') throw new Error('refused')
    const usage = { inputTokens: 1_900, cachedTokens: 1_000, outputTokens: 300, ...exact }
    expect(reserved.charge(usage, 'gpt-6.1-terra-2026-10-26')).toEqual({
      id: 't1',
      at: Date.UTC(2026, 10, 20, 18, 47),
      amount: nanoOf(0.0009 + 0.00005 + 0.0015),
      spender,
      model: 'gpt-6.1-terra-2026-10-26',
      purpose: 'chat',
      inputTokens: 1_900,
      cachedTokens: 1_000,
      outputTokens: 300,
    })
  })

  it('takes the price of the model asked for when the provider answers under a name nobody knows', async () => {
    const reserved = await world().reserve('t1')
    if (reserved.kind !== 'reserved') throw new Error('refused')
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 1_000, ...exact }
    expect(reserved.charge(usage, 'deployment-7').amount).toBe(nanoOf(0.005))
  })

  it('lets no more through than there is money for, however many ask at once', async () => {
    const { reserve } = world({ all: null, person: 0.1 })
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => reserve(`t${i}`)))
    expect(answers.filter((answer) => answer.kind === 'reserved')).toHaveLength(2)
  })

  it('gives back what was not used', async () => {
    const { reserve } = world({ all: null, person: 0.05 })
    const first = await reserve('t1')
    expect((await reserve('t2')).kind).toBe('refused')
    if (first.kind === 'reserved') await first.release()
    expect((await reserve('t2')).kind).toBe('reserved')
  })

  it('counts a turn tried again once', async () => {
    const { reserve } = world({ all: null, person: 0.05 })
    expect((await reserve('t1')).kind).toBe('reserved')
    expect((await reserve('t1')).kind).toBe('reserved')
  })

  it('tells people apart by platform and workspace, and counts them together for all', async () => {
    const { reserve } = world({ all: 0.1, person: 0.05 })
    expect((await reserve('t1')).kind).toBe('reserved')
    expect((await reserve('t2', { spender: { ...spender, workspace: 'other' } })).kind).toBe('reserved')
    const third = await refused(reserve('t3', { spender: { ...spender, person: 'bob' } }))
    expect(third.words).toContain('The budget for everybody here is $0.10 a day')
  })

  it('opens again at the next day in UTC, and says when', async () => {
    const { reserve, at } = world({ all: 5, person: 0.05 })
    await reserve('t1')
    const { words, retryAfterMs } = await refused(reserve('t2'))
    expect(retryAfterMs).toBe((5 * 60 + 13) * 60_000)
    expect(words).toBe(
      'Your budget is $0.05 a day, and $0.0075 of it is left, less than the $0.04 this answer may cost. It opens again at 00:00 UTC, in 5 hours 13 minutes.',
    )
    at(Date.UTC(2026, 10, 21))
    expect((await reserve('t2')).kind).toBe('reserved')
  })

  it('says that waiting doesn’t help when one answer is dearer than the day', async () => {
    const { words, retryAfterMs } = await refused(world({ all: 5, person: 0.01 }).reserve('t1'))
    expect(retryAfterMs).toBeNull()
    expect(words).toContain('may cost up to $0.04')
    expect(words).toContain('cheaper model')
  })

  it('says that an unknown price counts as the dearest, and who can mend that', async () => {
    const { words } = await refused(
      world({ all: 5, person: 0.1 }).reserve('t1', { model: 'llama-of-somebody' }),
    )
    expect(words).toContain('The price of llama-of-somebody is not known')
    expect(words).toContain('prices in parley.yaml')
  })

  it('has no limit when it is off', async () => {
    const { reserve } = world({ all: null, person: null })
    expect((await reserve('t1', { model: 'gpt-6-astra', maxOutputTokens: 1_000_000 })).kind).toBe('reserved')
  })
})
