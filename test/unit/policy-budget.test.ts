import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createBudget, type Reservation, type Wish } from '../../src/policy/budget.ts'
import { nanoOf } from '../../src/policy/money.ts'
import { createPrices } from '../../src/policy/prices.ts'
import type { Ledger, Reserved } from '../../src/ports/ledger.ts'
import { sqliteWorld } from '../contract/sqlite-world.ts'

const spender = { platform: 'web', workspace: 'local', channel: 'general', person: 'ann' }
const exact = { reasoningTokens: 0, exact: true }

/** On the real ledger. Who has to wait waits a twentieth of a second unless told otherwise. */
async function world(
  limits: { all: number | null; person: number | null } = { all: 5, person: 1 },
  limitMs = 50,
  againMs = 5,
) {
  let now = Date.UTC(2026, 10, 20, 18, 47)
  const database = await sqliteWorld()
  onTestFinished(database.close)
  const clock = { ...systemClock(), now: () => now }
  const { ledger } = await database.open({ clock })
  /** Called with what the ledger says of each reservation, before the budget hears it. */
  const heard: ((id: string, reserved: Reserved) => void)[] = []
  const overheard: Pick<Ledger, 'reserve' | 'release' | 'spent'> = {
    ...ledger,
    async reserve(wish) {
      const reserved = await ledger.reserve(wish)
      for (const hear of heard) hear(wish.id, reserved)
      return reserved
    },
  }
  const prices = createPrices({ overrides: {}, provider: 'openai', baseUrl: null })
  const patience = { limitMs, againMs }
  const budget = createBudget({ ledger: overheard, limits: { day: limits }, clock, prices, patience })
  const reserve = (id: string, more: Partial<Wish> = {}, signal = new AbortController().signal) =>
    budget.reserve(
      {
        id,
        spender,
        model: 'gpt-6.1-terra',
        promptTokens: 2_000,
        maxOutputTokens: 8_000,
        patient: true,
        ...more,
      },
      signal,
    )
  /** Asks, and pays what it cost: all of it, or the input and so many tokens. */
  const spend = async (id: string, outputTokens = 8_000) => {
    const reserved = await granted(reserve(id))
    const usage = { inputTokens: 2_000, cachedTokens: 0, cacheWriteTokens: 2_000, outputTokens, ...exact }
    await ledger.settle(reserved.charge(usage, 'gpt-6.1-terra'))
  }
  return { ledger, budget, heard, reserve, spend, at: (time: number) => (now = time) }
}

async function refused(reservation: Promise<Reservation>) {
  const answer = await reservation
  if (answer.kind !== 'refused') throw new Error('was not refused')
  return answer
}

async function granted(reservation: Promise<Reservation>) {
  const answer = await reservation
  if (answer.kind !== 'reserved') throw new Error(answer.words)
  return answer
}

describe('the budget', () => {
  it('sets aside the most the answer can cost, and books what it did cost', async () => {
    const { ledger, reserve } = await world()
    const reserved = await granted(reserve('t1'))
    // 2,000 tokens written to the cache at $1.25 and 8,000 out at $5 a million.
    expect(await ledger.spent({}, 0)).toEqual({ booked: 0, reserved: nanoOf(0.0425) })
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
    const reserved = await granted((await world()).reserve('t1'))
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 1_000, ...exact }
    expect(reserved.charge(usage, 'deployment-7').amount).toBe(nanoOf(0.005))
  })

  it('lets no more through than there is money for, however many ask at once', async () => {
    const { ledger, reserve } = await world({ all: null, person: 0.1 })
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => reserve(`t${i}`)))
    const reserved = answers.filter((answer) => answer.kind === 'reserved')
    // The third has to be short.
    expect(reserved.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([8_000, 8_000, 2_500])
    expect((await ledger.spent({}, 0)).reserved).toBe(nanoOf(0.1))
  })

  it('gives back what was not used', async () => {
    const { reserve } = await world({ all: null, person: 0.05 })
    const first = await granted(reserve('t1'))
    expect((await reserve('t2')).kind).toBe('refused')
    await first.release()
    expect((await reserve('t2')).kind).toBe('reserved')
  })

  it('counts a turn tried again once', async () => {
    const { reserve } = await world({ all: null, person: 0.05 })
    expect((await reserve('t1')).kind).toBe('reserved')
    expect((await reserve('t1')).kind).toBe('reserved')
  })

  it('tells what is left for everybody, where that is less than what is left for the person', async () => {
    const other = { spender: { ...spender, person: 'bob' } }
    const sharedOf = async (limits: { all: number | null; person: number | null }) => {
      const { budget, spend } = await world(limits)
      await spend('t1')
      return [await budget.today({ spender }), await budget.today(other)].map(({ shared }) => shared)
    }
    expect(await sharedOf({ all: 0.0925, person: 0.08 })).toEqual([null, nanoOf(0.05)])
    expect(await sharedOf({ all: 0.0425, person: null })).toEqual([0, 0])
    expect(await sharedOf({ all: null, person: null })).toEqual([null, null])
  })

  it('tells what stands against one person’s name today, and until when', async () => {
    const { budget, spend, at } = await world({ all: null, person: 0.5 })
    await spend('t1')
    const until = Date.UTC(2026, 10, 21)
    expect(await budget.today({ spender })).toEqual({
      booked: nanoOf(0.0425),
      limit: 0.5,
      shared: null,
      until,
    })
    const other = { spender: { ...spender, workspace: 'another' } }
    expect((await budget.today(other)).booked).toBe(0)
    expect((await budget.today({ ...other, isAccount: true })).booked).toBe(nanoOf(0.0425))
    at(until)
    expect((await budget.today({ spender })).booked).toBe(0)
  })

  it('tells people apart by platform and workspace, and counts them together for all', async () => {
    const { ledger, reserve } = await world({ all: 0.1, person: 0.05 })
    for (const workspace of [spender.workspace, 'other']) {
      const { charge } = await granted(reserve(workspace, { spender: { ...spender, workspace } }))
      const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 8_000, ...exact }
      await ledger.settle(charge(usage, 'gpt-6.1-terra'))
    }
    const third = await refused(reserve('t3', { spender: { ...spender, person: 'bob' } }))
    expect(third.words).toContain('The budget for everybody here is $0.10 a day')
  })

  it('counts an account once, whatever the workspace, and books where it was asked', async () => {
    const { ledger, reserve } = await world({ all: null, person: 0.05 })
    const there = { ...spender, workspace: 'other' }
    const { charge } = await granted(reserve('t1', { isAccount: true }))
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 8_000, ...exact }
    await ledger.settle(charge(usage, 'gpt-6.1-terra'))
    await refused(reserve('t2', { isAccount: true, spender: there }))
    await granted(reserve('t3', { isAccount: true, spender: { ...there, platform: 'chat' } }))
    expect((await ledger.spent({ workspace: spender.workspace }, 0)).booked).toBe(nanoOf(0.04))
  })

  it('opens again at the next day in UTC, and says when', async () => {
    const { reserve, spend, at } = await world({ all: 5, person: 0.05 })
    await spend('t1')
    const { words, retryAfterMs } = await refused(reserve('t2'))
    expect(retryAfterMs).toBe((5 * 60 + 13) * 60_000)
    expect(words).toBe(
      'Your budget is $0.05 a day, and $0.0075 of it is left, less than the $0.04 this answer may cost. It opens again at 00:00 UTC, in 5 hours 13 minutes.',
    )
    at(Date.UTC(2026, 10, 21))
    expect((await reserve('t2')).kind).toBe('reserved')
  })

  it('says that waiting doesn’t help when one answer is dearer than the day', async () => {
    const { words, retryAfterMs } = await refused((await world({ all: 5, person: 0.01 })).reserve('t1'))
    expect(retryAfterMs).toBeNull()
    expect(words).toContain('may cost up to $0.04')
    expect(words).toContain('cheaper model')
  })

  it('says that an unknown price counts as the dearest, and who can mend that', async () => {
    const { words } = await refused(
      (await world({ all: 5, person: 0.1 })).reserve('t1', { model: 'llama-of-somebody' }),
    )
    expect(words).toContain('The price of llama-of-somebody is not known')
    expect(words).toContain('prices in parley.yaml')
  })

  it('has no limit when it is off', async () => {
    const { reserve } = await world({ all: null, person: null })
    expect((await reserve('t1', { model: 'gpt-6-astra', maxOutputTokens: 1_000_000 })).kind).toBe('reserved')
  })
})

describe('a crowd', () => {
  it('waits until running answers have cost less than they might, in the order it came', async () => {
    const { reserve, ledger } = await world({ all: 0.05, person: null }, 60_000)
    const first = await granted(reserve('t0'))
    const order: string[] = []
    const rest = ['t1', 't2', 't3'].map(async (id) => {
      const reserved = await granted(reserve(id))
      order.push(id)
      await reserved.release()
    })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(order).toEqual([])
    await first.release()
    await Promise.all(rest)
    expect(order).toEqual(['t1', 't2', 't3'])
    expect(await ledger.spent({}, 0)).toEqual({ booked: 0, reserved: 0 })
  })

  it('is overtaken by nobody who comes when there is room again', async () => {
    const { reserve, heard } = await world({ all: 0.05, person: null }, 60_000, 200)
    const order: string[] = []
    const come = async (id: string) => {
      const reserved = await granted(reserve(id))
      order.push(id)
      await reserved.release()
    }
    const first = await granted(reserve('t0'))
    const waits = Promise.withResolvers<void>()
    let tries = 0
    // The second try is made in line, and the next one not soon.
    heard.push((id) => id === 't1' && ++tries === 2 && waits.resolve())
    const waiting = come('t1')
    await waits.promise
    await first.release()
    await Promise.all([come('t2'), waiting])
    expect(order).toEqual(['t1', 't2'])
  })

  it('is told of a minute, not of midnight, when that takes too long', async () => {
    const { reserve } = await world({ all: 0.05, person: null })
    await granted(reserve('t1'))
    const { words, retryAfterMs } = await refused(reserve('t2'))
    expect(words).toBe(
      'Very many people are asking at this moment, and until it is known what those answers cost there is no budget left for another. Please try again in a minute.',
    )
    expect(retryAfterMs).toBe(60_000)
  })

  it('of one person’s own questions holds up nobody else', async () => {
    const { reserve } = await world({ all: 5, person: 0.05 })
    await granted(reserve('t1'))
    const own = refused(reserve('t2'))
    const other = { ...spender, person: 'bob' }
    expect((await granted(reserve('t3', { spender: other }))).maxOutputTokens).toBe(8_000)
    expect((await own).words).toContain('Several of your questions are being answered')
  })

  it('of one person’s own questions waits with two of them, and the rest is told at once', async () => {
    const { reserve } = await world({ all: 5, person: 0.05 }, 60_000)
    const first = await granted(reserve('t1'))
    const waiting = ['t2', 't3'].map(async (id) => (await granted(reserve(id))).release())
    await new Promise((resolve) => setTimeout(resolve, 10))
    const { words, retryAfterMs } = await refused(reserve('t4'))
    expect(words).toContain('Several of your questions are being answered')
    expect(retryAfterMs).toBe(60_000)
    await first.release()
    await Promise.all(waiting)
  })

  it('is refused at once when what it waits for was spent', async () => {
    const { reserve, ledger } = await world({ all: 0.05, person: null }, 60_000)
    const first = await granted(reserve('t1'))
    const second = refused(reserve('t2'))
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 8_000, ...exact }
    await ledger.settle(first.charge(usage, 'gpt-6.1-terra'))
    expect((await second).words).toContain('It opens again at 00:00 UTC')
  })

  it('leaves nothing set aside for those who were called off, also at the last moment', async () => {
    const { reserve, ledger, heard } = await world({ all: 0.05, person: null }, 60_000)
    const first = await granted(reserve('t1'))
    const stop = new AbortController()
    const waits = Promise.withResolvers<void>()
    let tries = 0
    heard.push((id, { kind }) => {
      if (id !== 't2') return
      // The first try is made before it is in line.
      if (++tries === 2) waits.resolve()
      if (kind === 'reserved') stop.abort(new Error('stopped'))
    })
    const second = reserve('t2', {}, stop.signal)
    await waits.promise
    const third = granted(reserve('t3'))
    await first.release()
    await expect(second).rejects.toThrow('stopped')
    await (await third).release()
    expect(await ledger.spent({}, 0)).toEqual({ booked: 0, reserved: 0 })
  })

  it('is not joined by what can be done without', async () => {
    const { reserve } = await world({ all: 0.05, person: null }, 60_000)
    await granted(reserve('t1'))
    expect((await refused(reserve('t2', { patient: false }))).retryAfterMs).toBe(60_000)
  })

  it('of 500, with next to nothing spent, is answered to the last, and overspends nothing', async () => {
    const { reserve, ledger } = await world({ all: 5, person: 1 }, 60_000)
    let most = 0
    const answers = Array.from({ length: 500 }, async (_, i) => {
      const each = { ...spender, person: `p${i}` }
      const reserved = await granted(reserve(`t${i}`, { spender: each }))
      most = Math.max(most, (await ledger.spent({}, 0)).reserved)
      const usage = { inputTokens: 2_000, cachedTokens: 0, outputTokens: 300, ...exact }
      await ledger.settle(reserved.charge(usage, 'gpt-6.1-terra'))
    })
    await Promise.all(answers)
    expect(most).toBeLessThanOrEqual(nanoOf(5))
    expect(await ledger.spent({}, 0)).toMatchObject({ reserved: 0 })
  })
})
