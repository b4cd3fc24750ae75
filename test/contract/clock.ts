import { describe, expect, it } from 'vitest'
import type { Chance, Clock } from '../../src/ports/clock.ts'

export interface ClockWorld {
  readonly clock: Clock
  /** Lets this much time go by. */
  pass(ms: number): Promise<void>
}

export function describeClock(name: string, make: () => ClockWorld): void {
  describe(`Clock: ${name}`, () => {
    it('measures what went by, on both hands', async () => {
      const { clock, pass } = make()
      const [wall, elapsed] = [clock.now(), clock.elapsed()]
      await pass(20)
      expect(clock.elapsed() - elapsed).toBeGreaterThanOrEqual(20)
      expect(clock.now() - wall).toBeGreaterThanOrEqual(19)
    })

    it('never wakes a sleeper early', async () => {
      const { clock, pass } = make()
      const start = clock.elapsed()
      const woken = clock.sleep(10).then(() => clock.elapsed() - start)
      await pass(15)
      expect(await woken).toBeGreaterThanOrEqual(10)
    })

    it('wakes sleepers in the order of their moments', async () => {
      const { clock, pass } = make()
      const woken: string[] = []
      const all = [
        clock.sleep(40).then(() => woken.push('late')),
        clock.sleep(1).then(() => woken.push('early')),
      ]
      await pass(60)
      await Promise.all(all)
      expect(woken).toEqual(['early', 'late'])
    })

    it('takes zero and negative waits as none', async () => {
      const { clock, pass } = make()
      const both = Promise.all([clock.sleep(0), clock.sleep(-5)])
      await pass(5)
      await both
    })

    it('rejects with the reason as soon as the signal aborts', async () => {
      const { clock } = make()
      const abort = new AbortController()
      const sleeping = clock.sleep(60_000, abort.signal)
      const reason = new Error('enough')
      abort.abort(reason)
      await expect(sleeping).rejects.toBe(reason)
    })

    it('rejects at once when the signal was aborted before', async () => {
      const { clock } = make()
      const reason = new Error('enough')
      await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason)
    })

    it('sleeps longer than the longest timer without waking at once', async () => {
      const { clock, pass } = make()
      const abort = new AbortController()
      let woke = false
      const sleeping = clock.sleep(2 ** 31 + 1000, abort.signal).then(
        () => {
          woke = true
        },
        () => undefined,
      )
      await pass(10)
      expect(woke).toBe(false)
      abort.abort()
      await sleeping
    })
  })
}

export function describeChance(name: string, make: () => Chance): void {
  describe(`Chance: ${name}`, () => {
    it('draws numbers from 0 to below 1', () => {
      const chance = make()
      const drawn = Array.from({ length: 1000 }, () => chance.random())
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...drawn)).toBeLessThan(1)
      expect(new Set(drawn).size).toBeGreaterThan(990)
    })

    it('makes UUIDs of version 4 that differ', () => {
      const chance = make()
      const made = Array.from({ length: 100 }, () => chance.uuid())
      for (const id of made)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(new Set(made).size).toBe(100)
    })
  })
}
