import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createAcquaintances } from '../../adapters/discord/catch-up/acquaintances.ts'
import { createCursor } from '../../adapters/discord/catch-up/cursor.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { mapStore } from './discord-hearing-world.ts'

const log = pino({ level: 'silent' })
const never = new AbortController().signal

function world(store = mapStore()) {
  const clock = simulatedClock()
  const over = new AbortController()
  const cursor = createCursor({ store, key: () => 'cursor', clock, log })
  return {
    store,
    clock,
    cursor,
    keeping: cursor.keep(over.signal),
    stop: () => over.abort(new Error('over')),
  }
}

const kept = (store: ReturnType<typeof mapStore>) => (store.map.get('cursor') as { seen: string[] }).seen

describe('the cursor', () => {
  it('never passes a message whose admission has not resolved', () => {
    const { cursor } = world()
    const first = cursor.hold(0, 10n)
    cursor.hold(0, 20n)()
    expect(cursor.floor(0)).toBe(9n)
    first()
    expect(cursor.floor(0)).toBe(20n)
  })

  it('is kept a second later at most, and once more at the end', async () => {
    const { cursor, store, clock, stop, keeping } = world()
    await cursor.stored(0, 1, never)
    cursor.hold(0, 5n)()
    await clock.advance(1_000)
    expect(kept(store)).toEqual(['5'])
    cursor.hold(0, 6n)()
    stop()
    await clock.flush()
    await keeping
    expect(kept(store)).toEqual(['6'])
  })

  it('keeps each shard’s own reach, so that a busy shard does not hide what a silent one missed', async () => {
    const { cursor, store, clock } = world()
    await cursor.stored(0, 2, never)
    await cursor.stored(1, 2, never)
    cursor.hold(0, 100n)()
    cursor.hold(1, 7n)()
    await clock.advance(1_000)
    expect(kept(store)).toEqual(['100', '7'])
    const next = world(store)
    expect(await next.cursor.stored(1, 2, never)).toBe(7n)
  })

  it('what a shard had reached stays kept until that shard is back', async () => {
    const store = mapStore()
    await store.set('cursor', { shards: 2, seen: ['100', '7'] })
    const { cursor, clock } = world(store)
    await cursor.stored(0, 2, never)
    cursor.hold(0, 200n)()
    await clock.advance(1_000)
    expect(kept(store)).toEqual(['200', '7'])
  })

  it('another number of shards begins at the least of all', async () => {
    const store = mapStore()
    await store.set('cursor', { shards: 2, seen: ['100', '7'] })
    const { cursor } = world(store)
    expect(await cursor.stored(0, 1, never)).toBe(7n)
  })

  it('a store that fails is asked again, and nothing is kept over what it holds meanwhile', async () => {
    const store = mapStore()
    await store.set('cursor', { shards: 1, seen: ['50'] })
    let failing = true
    const moody = {
      ...store,
      get: async <T>(key: string) => {
        if (failing) throw new Error('no disk')
        return store.get<T>(key)
      },
    }
    const { cursor, clock } = world(moody)
    const asked = cursor.stored(0, 1, never)
    cursor.hold(0, 99n)()
    await clock.advance(5_000)
    expect(kept(store)).toEqual(['50'])
    failing = false
    await clock.advance(2_000)
    expect(await asked).toBe(50n)
  })
})

describe('where people talk with the bot', () => {
  const make = (store: ReturnType<typeof mapStore>) => {
    const clock = simulatedClock()
    const known = createAcquaintances({ store, key: () => 'known', clock, log })
    void known.keep(new AbortController().signal)
    return { clock, known }
  }

  it('is kept, the latest 500, and asked for the latest first', async () => {
    const store = mapStore()
    const { clock, known } = make(store)
    for (let n = 0; n < 600; n++) known.note({ channel: String(n), guild: null })
    known.note({ channel: '150', guild: null })
    expect((await known.all())[0]).toEqual({ channel: '150', guild: null })
    await clock.advance(1_000)
    const next = await make(store).known.all()
    expect(next.length).toBe(500)
    expect(next.slice(0, 2).map(({ channel }) => channel)).toEqual(['150', '599'])
  })

  it('is kept once the store works again', async () => {
    const store = mapStore()
    let failing = true
    const { set } = store
    store.set = async (...entry) => {
      if (failing) throw new Error('disk full')
      return set(...entry)
    }
    const { clock, known } = make(store)
    known.note({ channel: '1', guild: null })
    await clock.advance(3_000)
    failing = false
    await clock.advance(1_000)
    expect(store.map.get('known')).toEqual([{ channel: '1', guild: null }])
  })
})
