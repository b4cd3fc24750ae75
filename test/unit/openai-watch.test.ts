import { describe, expect, test } from 'vitest'
import { watchCall } from '../../adapters/openai/watch.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

describe('the watch over a call', () => {
  const late = () => new ModelError('timeout', 'Too late.')
  const hang = () => new Promise<never>(() => {})

  test('interrupts a wait that follows at once on another', async () => {
    const stop = new AbortController()
    const watch = watchCall(stop.signal, simulatedClock(), late)
    await watch.wait(Promise.resolve())
    const waiting = watch.wait(hang())
    await Promise.resolve()
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' })
    expect(watch.signal.aborted).toBe(true)
  })

  test('moves its limit with each event', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(100)
    await clock.advance(90)
    watch.allow(100)
    await clock.advance(90)
    await expect(watch.wait(Promise.resolve('on time'))).resolves.toBe('on time')
    const waiting = watch.wait(hang())
    const failed = expect(waiting).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(10)
    await failed
  })

  test('takes a shorter limit at its word', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(10_000)
    watch.allow(10)
    const failed = expect(watch.wait(hang())).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(10)
    await failed
  })

  test('lets the caller take any time while it rests', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(100)
    watch.rest()
    await clock.advance(10_000)
    watch.allow(100)
    await clock.advance(90)
    await expect(watch.wait(Promise.resolve('on time'))).resolves.toBe('on time')
    const failed = expect(watch.wait(hang())).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(10)
    await failed
  })

  test('leaves no sleeper behind when it is closed', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(100)
    watch.close()
    await clock.flush()
    expect(clock.sleepers()).toBe(0)
  })
})
