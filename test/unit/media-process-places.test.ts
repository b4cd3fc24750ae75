import { describe, expect, it } from 'vitest'
import { createPlaces } from '../../adapters/media/places.ts'
import type { MediaError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

const signal = new AbortController().signal
const words = (entering: Promise<unknown>): Promise<string> =>
  entering.then(
    () => 'let in',
    (error: MediaError) => error.words,
  )

describe('the places for jobs', () => {
  it('are given in the order in which jobs came', async () => {
    const places = createPlaces({ clock: simulatedClock(), most: 1, waiting: 10 })
    const first = await places.enter(false, signal)
    const order: number[] = []
    const later = [1, 2, 3].map(async (each) => {
      const place = await places.enter(false, signal)
      order.push(each)
      place.leave()
    })
    first.leave()
    await Promise.all(later)
    expect(order).toEqual([1, 2, 3])
  })

  it('are taken in turns, so that nobody waits for all files of another', async () => {
    const places = createPlaces({ clock: simulatedClock(), most: 1, waiting: 10 })
    const first = await places.enter(true, signal, 'ann')
    const order: string[] = []
    const later = ['ann', 'ann', 'ann', 'bob', 'kay', 'bob'].map(async (whose, i) => {
      const place = await places.enter(true, signal, whose)
      order.push(`${whose} ${i}`)
      place.leave()
    })
    first.leave()
    await Promise.all(later)
    expect(order).toEqual(['ann 0', 'bob 3', 'kay 4', 'ann 1', 'bob 5', 'ann 2'])
  })

  it('are never all taken by heavy jobs', async () => {
    const places = createPlaces({ clock: simulatedClock(), most: 2, waiting: 10 })
    const heavy = await places.enter(true, signal)
    let second = false
    const waiting = places.enter(true, signal).then(() => {
      second = true
    })
    // Though it stands behind in the line, it is light.
    const light = await places.enter(false, signal)
    light.leave()
    expect(second).toBe(false)
    heavy.leave()
    await waiting
    expect(second).toBe(true)
  })

  it('have a line that is bounded, in length and in time', async () => {
    const clock = simulatedClock()
    const places = createPlaces({ clock, most: 1, waiting: 1 })
    const first = await places.enter(false, signal)
    const waiting = words(places.enter(false, signal))
    const crowded = 'too much is being looked at just now; try again in a moment'
    expect(await words(places.enter(false, signal))).toBe(crowded)
    await clock.advance(120_000)
    expect(await waiting).toBe(crowded)
    first.leave()
    await places.enter(false, signal)
  })

  it('let go of who is called off in the line', async () => {
    const places = createPlaces({ clock: simulatedClock(), most: 1, waiting: 1 })
    const first = await places.enter(false, signal)
    const stop = new AbortController()
    const waiting = places.enter(false, stop.signal)
    stop.abort(new Error('Stop was pressed'))
    await expect(waiting).rejects.toThrow('Stop was pressed')
    first.leave()
    await places.enter(false, signal)
  })

  it('take nobody who was called off in the line for one who had a place', async () => {
    const places = createPlaces({ clock: simulatedClock(), most: 1, waiting: 10 })
    const first = await places.enter(true, signal)
    const order: string[] = []
    const stop = new AbortController()
    const calledOff = places.enter(true, stop.signal, 'ann')
    const later = ['ann', 'bob', 'bob'].map(async (whose, i) => {
      const place = await places.enter(true, signal, whose)
      order.push(`${whose} ${i}`)
      place.leave()
    })
    stop.abort(new Error('Stop was pressed'))
    await expect(calledOff).rejects.toThrow('Stop was pressed')
    first.leave()
    await Promise.all(later)
    expect(order).toEqual(['ann 0', 'bob 1', 'bob 2'])
  })
})
