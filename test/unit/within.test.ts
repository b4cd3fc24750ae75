import { expect, test } from 'vitest'
import { TooSlow, within } from '../../src/within.ts'
import { simulatedClock } from '../fakes/clock.ts'

const hang = () => new Promise<never>(() => {})

test('what comes in time comes through, and no timer stays behind', async () => {
  const clock = simulatedClock()
  await expect(within({ clock, limit: 100 }, async () => 'in time')).resolves.toBe('in time')
  await expect(
    within({ clock, limit: 100 }, () => {
      throw new Error('at once')
    }),
  ).rejects.toThrow('at once')
  await clock.flush()
  expect(clock.sleepers()).toBe(0)
})

test('what takes longer fails at the limit, with the caller’s words where there are some, and is told to stop', async () => {
  const clock = simulatedClock()
  const told: unknown[] = []
  const run = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => told.push(signal.reason))
    return hang()
  }
  const plain = expect(within({ clock, limit: 100 }, run)).rejects.toBeInstanceOf(TooSlow)
  const late = (): Error => new Error('Send it faster.')
  const worded = expect(within({ clock, limit: 100, late }, run)).rejects.toThrow('Send it faster.')
  await clock.advance(100)
  await Promise.all([plain, worded])
  expect(told).toHaveLength(2)
})

test('an abort ends the waiting with its reason, whether what runs heeds it or not', async () => {
  const clock = simulatedClock()
  const stop = new AbortController()
  const waiting = expect(within({ clock, limit: 100, signal: stop.signal }, hang)).rejects.toThrow('enough')
  stop.abort(new Error('enough'))
  await waiting
  await expect(within({ clock, limit: 100, signal: stop.signal }, hang)).rejects.toThrow('enough')
  expect(clock.sleepers()).toBe(0)
})
