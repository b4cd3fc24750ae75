import { describe, expect, it } from 'vitest'
import type { Opened } from '../../src/ports/outcome.ts'
import { thread } from '../fakes/rate-limited-platform.ts'
import { createWorld, unopened, type World } from './delivery-world.ts'

const reason = new Error('given up')

/** Nothing of it is left: no answer in the pacer, nobody asleep, and no call after `calls`. */
async function expectOver(world: World, calls = 0): Promise<void> {
  await world.clock.flush()
  expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
  expect(world.clock.sleepers()).toBe(0)
  expect(world.platform.ledger).toHaveLength(calls)
}

describe('a delivery that is given up', () => {
  it('before it began makes no call', async () => {
    const world = createWorld()
    let opened = 0
    const place = async (): Promise<Opened> => {
      opened++
      return { kind: 'open', place: thread('a') }
    }
    for (const where of [unopened(place), thread('a')]) {
      const delivery = world.answer('a', { place: where, signal: AbortSignal.abort(reason) })
      delivery.write('Hello')
      await expect(delivery.finish()).rejects.toBe(reason)
    }
    expect(opened).toBe(0)
    await expectOver(world)
  })

  it.each([
    ['answers no more', () => new Promise<Opened>(() => {})],
    ['refuses', async (): Promise<Opened> => ({ kind: 'limited', retryAfterMs: 60_000 })],
    ['fails', async (): Promise<Opened> => ({ kind: 'failed', cause: new Error('503') })],
  ])('while the place that %s is opened waits no longer', async (_, place) => {
    const world = createWorld()
    const own = new AbortController()
    const delivery = world.answer('a', { place: unopened(place), signal: own.signal })
    delivery.write('Hello')
    await world.clock.advance(100)
    expect(world.pacer.size().answers).toBe(1)
    own.abort(reason)
    await expect(delivery.delivered).rejects.toBe(reason)
    await expectOver(world)
  })

  it('sends nothing when the place opens after all', async () => {
    const world = createWorld()
    const own = new AbortController()
    const opening = Promise.withResolvers<Opened>()
    const delivery = world.answer('a', { place: unopened(() => opening.promise), signal: own.signal })
    delivery.write('Hello')
    await world.clock.flush()
    opening.resolve({ kind: 'open', place: thread('a') })
    own.abort(reason)
    await expect(delivery.finish()).rejects.toBe(reason)
    await expectOver(world)
    expect(world.pacer.size().buckets).toBeLessThanOrEqual(1)
  })

  it('while its draft is being saved waits no longer', async () => {
    const world = createWorld()
    const own = new AbortController()
    const delivery = world.answer('a', { saveParts: () => new Promise(() => {}), signal: own.signal })
    delivery.write('Hello')
    await world.clock.advance(100)
    own.abort(reason)
    await expect(delivery.delivered).rejects.toBe(reason)
    await expectOver(world)
  })

  it('while it waits for leave waits no longer', async () => {
    const world = createWorld({ buckets: [{ bucket: 'all', limit: 1, windowMs: 60_000 }] })
    await world.clock.run(world.stream(world.answer('before'), ['Hi.'], 0))
    const own = new AbortController()
    const delivery = world.answer('a', { signal: own.signal })
    delivery.write('Hello')
    const end = delivery.finish()
    await world.clock.advance(100)
    expect(world.pacer.size().waiting).toBe(1)
    own.abort(reason)
    await expect(end).rejects.toBe(reason)
    await expectOver(world, 1)
  })

  it('while there is nothing to write waits no longer', async () => {
    const world = createWorld()
    const own = new AbortController()
    const delivery = world.answer('a', { signal: own.signal })
    await world.clock.flush()
    own.abort(reason)
    await expect(delivery.delivered).rejects.toBe(reason)
    await expectOver(world)
  })
})

describe('a delivery whose draft cannot be saved', () => {
  it('opens no place any more', async () => {
    const world = createWorld()
    let tries = 0
    const delivery = world.answer('a', {
      place: unopened(async () => {
        tries++
        return { kind: 'limited', retryAfterMs: 1000 }
      }),
      saveParts: () => Promise.reject(new Error('disk full')),
    })
    await expect(delivery.delivered).rejects.toThrow('disk full')
    await expectOver(world)
    await world.clock.advance(60_000)
    expect(tries).toBe(1)
  })
})
