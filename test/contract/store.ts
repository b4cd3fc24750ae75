import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import type { SimulatedClock } from '../fakes/clock.ts'

export interface StoreWorld {
  readonly store: Store
  readonly clock: SimulatedClock
  close(): Promise<void>
}

export function describeStore(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`Store: ${name}`, () => {
    const worlds: StoreWorld[] = []
    const make = async (): Promise<StoreWorld> => {
      const world = await makeWorld()
      worlds.push(world)
      return world
    }
    afterEach(async () => {
      await Promise.all(worlds.splice(0).map((world) => world.close()))
    })

    it('gives back plain JSON as it was set', async () => {
      const { store } = await make()
      for (const value of [0, '', 'é\u{1f600}', false, null, [1, [2]], { a: { b: [null] } }]) {
        await store.set('key', value)
        expect(await store.get('key')).toEqual(value)
      }
    })

    it('answers many keys in their order, undefined where there is none, the same key twice', async () => {
      const { store } = await make()
      await store.set('a', 1)
      await store.set('b', 2)
      expect(await store.getMany(['b', 'none', 'a', 'b'])).toEqual([2, undefined, 1, 2])
      expect(await store.getMany([])).toEqual([])
    })

    it('forgets an entry when its time is over, by the injected clock, and keeps one without', async () => {
      const { store, clock } = await make()
      await store.set('brief', 1, 1000)
      await store.set('kept', 2)
      await clock.advance(999)
      expect(await store.getMany(['brief', 'kept'])).toEqual([1, 2])
      await clock.advance(2)
      expect(await store.getMany(['brief', 'kept'])).toEqual([undefined, 2])
    })

    it('keeps an entry that is set again without a time', async () => {
      const { store, clock } = await make()
      await store.set('key', 1, 1000)
      await store.set('key', 2)
      await clock.advance(5000)
      expect(await store.get('key')).toBe(2)
    })

    it('says whether something was deleted', async () => {
      const { store } = await make()
      await store.set('a', 1)
      await store.set('b', 1)
      expect(await store.delete('a')).toBe(true)
      expect(await store.delete('a')).toBe(false)
      expect(await store.deleteMany(['a', 'b'])).toBe(true)
      expect(await store.get('b')).toBeUndefined()
    })

    it('tells keys apart that differ in case, spaces or their end', async () => {
      const { store } = await make()
      const keys = ['k', 'K', 'k ', 'k:', 'k%', 'k_', '["k"]', '']
      await Promise.all(keys.map((key, n) => store.set(key, n)))
      expect(await store.getMany(keys)).toEqual(keys.map((_, n) => n))
    })
  })
}
