import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Charge, Ledger, Reservation, Spender, SpendLimit } from '../../src/ports/ledger.ts'
import type { SimulatedClock } from '../fakes/clock.ts'

export interface LedgerWorld {
  readonly ledger: Ledger
  readonly clock: SimulatedClock
  close(): Promise<void>
}

const ada: Spender = { platform: 'web', workspace: 'one', channel: 'general', person: 'ada' }
const dayMs = 86_400_000
/** The simulated clock starts at noon. */
const midnight = Date.UTC(2026, 10, 20)
const noon = midnight + dayMs / 2

function reservation(id: string, amount: number, more: Partial<Reservation> = {}): Reservation {
  return { id, at: noon, expiresAt: noon + 600_000, amount, spender: ada, limits: [], ...more }
}

function charge(id: string, amount: number, more: Partial<Charge> = {}): Charge {
  const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }
  return { id, at: noon, amount, spender: ada, model: 'gpt', purpose: 'chat', ...tokens, ...more }
}

function limit(amount: number, more: Partial<SpendLimit> = {}): SpendLimit {
  return { name: 'day', filter: {}, since: midnight, amount, ...more }
}

export function describeLedger(name: string, makeWorld: () => Promise<LedgerWorld>): void {
  describe(`Ledger: ${name}`, () => {
    const worlds: LedgerWorld[] = []
    const make = async (): Promise<LedgerWorld> => {
      const world = await makeWorld()
      worlds.push(world)
      return world
    }
    afterEach(async () => {
      await Promise.all(worlds.splice(0).map((world) => world.close()))
    })

    it('grants exactly one of a hundred concurrent reservations when the money is enough for one', async () => {
      const { ledger } = await make()
      const limits = [limit(100)]
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => ledger.reserve(reservation(`r${n}`, 60, { limits }))),
      )
      expect(answers.filter((answer) => answer.kind === 'reserved')).toHaveLength(1)
      expect(answers).toContainEqual({ kind: 'refused', limit: limits[0], spent: 60, booked: 0 })
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 0, reserved: 60 })
    })

    it('spends a limit to its last nano-dollar, and no further', async () => {
      const { ledger } = await make()
      await ledger.settle(charge('c1', 40))
      expect(await ledger.reserve(reservation('r1', 61, { limits: [limit(100)] }))).toMatchObject({
        spent: 40,
      })
      expect(await ledger.reserve(reservation('r2', 60, { limits: [limit(100)] }))).toMatchObject({
        kind: 'reserved',
      })
      expect(await ledger.reserve(reservation('r3', 0, { limits: [limit(100)] }))).toMatchObject({
        kind: 'reserved',
      })
      expect(await ledger.reserve(reservation('r4', 1, { limits: [limit(100)] }))).toMatchObject({
        spent: 100,
      })
    })

    it('names the first limit that would be broken, and holds nothing then', async () => {
      const { ledger } = await make()
      const limits = [limit(1000, { name: 'all' }), limit(10, { name: 'person', filter: { person: 'ada' } })]
      const answer = await ledger.reserve(reservation('r1', 11, { limits }))
      expect(answer).toEqual({ kind: 'refused', limit: limits[1], spent: 0, booked: 0 })
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 0, reserved: 0 })
    })

    it('holds less, from the least on, where only other reservations are in the way of all of it', async () => {
      const { ledger } = await make()
      const limits = [limit(100)]
      await ledger.settle(charge('c1', 20))
      await ledger.reserve(reservation('r1', 50, { limits }))
      const some = (id: string, amount: number, least: number) =>
        ledger.reserve(reservation(id, amount, { least, limits }))
      const refused = { kind: 'refused', limit: limits[0], spent: 70, booked: 20 }
      expect(await some('r2', 60, 31)).toEqual(refused)
      expect(await some('r2', 81, 10)).toEqual(refused)
      expect(await some('r2', 60, 30)).toEqual({ kind: 'reserved', amount: 30 })
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 20, reserved: 80 })
    })

    it('names a limit that is used up before one that is only reserved', async () => {
      const { ledger } = await make()
      const own = limit(10, { name: 'person', filter: { person: 'ada' } })
      await ledger.reserve(reservation('r1', 10, { limits: [own] }))
      const limits = [own, limit(100, { name: 'all' })]
      expect(await ledger.reserve(reservation('r2', 5, { limits }))).toMatchObject({ limit: own })
      await ledger.settle(charge('c1', 100, { spender: { ...ada, person: 'bob' } }))
      expect(await ledger.reserve(reservation('r2', 5, { limits }))).toMatchObject({ limit: limits[1] })
    })

    it('books what it cost and frees the reservation', async () => {
      const { ledger } = await make()
      await ledger.reserve(reservation('turn', 500))
      await ledger.settle(charge('turn', 123))
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 123, reserved: 0 })
    })

    it('books an id once, whatever the second booking says', async () => {
      const { ledger } = await make()
      await Promise.all([1, 2, 3].map(() => ledger.settle(charge('turn', 123))))
      await ledger.settle(charge('turn', 999))
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 123, reserved: 0 })
    })

    it('replaces a reservation made again with the same id', async () => {
      const { ledger } = await make()
      const limits = [limit(100)]
      await ledger.reserve(reservation('turn', 80, { limits }))
      expect(await ledger.reserve(reservation('turn', 90, { limits }))).toEqual({
        kind: 'reserved',
        amount: 90,
      })
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 0, reserved: 90 })
    })

    it('frees a released reservation, and ignores unknown ids', async () => {
      const { ledger } = await make()
      await ledger.reserve(reservation('turn', 80))
      await ledger.release('turn')
      await ledger.release('never')
      expect(await ledger.spent({}, midnight)).toEqual({ booked: 0, reserved: 0 })
    })

    it('lets an expired reservation hold no money', async () => {
      const { ledger, clock } = await make()
      const limits = [limit(100)]
      await ledger.reserve(reservation('dead', 100, { limits, expiresAt: clock.now() + 1000 }))
      expect(await ledger.reserve(reservation('next', 100, { limits }))).toMatchObject({ spent: 100 })
      await clock.advance(1000)
      expect(await ledger.reserve(reservation('next', 100, { limits }))).toMatchObject({
        kind: 'reserved',
      })
    })

    it('refuses amounts that are not whole numbers from zero on', async () => {
      const { ledger } = await make()
      for (const amount of [0.5, -1, Number.NaN, Infinity, 2 ** 53])
        await expect(ledger.reserve(reservation('r', amount))).rejects.toThrow('whole number')
    })

    it('sums exactly what matches, for any moment, filter and lines', async () => {
      const { ledger } = await make()
      const spender = fc.record({
        platform: fc.constantFrom('web', 'slack'),
        workspace: fc.constantFrom('one', 'two'),
        channel: fc.constantFrom('general', 'random'),
        person: fc.constantFrom('ada', 'bob'),
      })
      const line = fc.record({
        // Few moments, so that lines often fall on the very one asked for.
        at: fc.integer({ min: -8, max: 4 }).map((quarter) => midnight + (quarter * dayMs) / 4),
        amount: fc.integer({ min: 0, max: 5_000_000_000 }),
        spender,
      })
      const filters = fc.record(
        {
          platform: fc.constant('web'),
          workspace: fc.constant('one'),
          channel: fc.constant('random'),
          person: fc.constant('ada'),
        },
        { requiredKeys: [] },
      )
      const booked: { at: number; amount: number; spender: Spender }[] = []
      await fc.assert(
        fc.asyncProperty(
          fc.array(line, { maxLength: 5 }),
          filters,
          fc.oneof(
            fc.constant(midnight - dayMs),
            line.map((each) => each.at),
          ),
          async (lines, filter, since) => {
            for (const each of lines) {
              await ledger.settle(charge(`c${booked.length}`, each.amount, each))
              booked.push(each)
            }
            const matching = booked.filter(
              (each) =>
                each.at >= since &&
                Object.entries(filter).every(
                  ([name, value]) => each.spender[name as keyof Spender] === value,
                ),
            )
            const sum = matching.reduce((total, each) => total + each.amount, 0)
            expect(await ledger.spent(filter, since)).toEqual({ booked: sum, reserved: 0 })
          },
        ),
        { numRuns: 40, endOnFailure: true },
      )
    })
  })
}
