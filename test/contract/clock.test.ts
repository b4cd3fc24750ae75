import { expect, it } from 'vitest'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { seededChance, simulatedClock } from '../fakes/clock.ts'
import { describeChance, describeClock } from './clock.ts'

describeClock('system', () => {
  const clock = systemClock()
  return { clock, pass: (ms) => clock.sleep(ms) }
})
describeClock('simulated', () => {
  const clock = simulatedClock()
  return { clock, pass: (ms) => clock.advance(ms) }
})
describeChance('system', systemChance)
describeChance('seeded', () => seededChance(7))

it('the simulated clock lets the consequences of one sleeper run before it wakes the next', async () => {
  const clock = simulatedClock()
  const seen: string[] = []
  const chain = async (): Promise<void> => {
    await clock.sleep(10)
    seen.push(`first ${clock.elapsed()}`)
    await clock.sleep(10)
    seen.push(`second ${clock.elapsed()}`)
  }
  const other = async (): Promise<void> => {
    await clock.sleep(25)
    seen.push(`other ${clock.elapsed()}`)
  }
  const both = Promise.all([chain(), other()])
  await clock.advance(30)
  await both
  expect(seen).toEqual(['first 10', 'second 20', 'other 25'])
})

it('the simulated clock runs a promise to its end and says when it can not end', async () => {
  const clock = simulatedClock()
  expect(await clock.run(clock.sleep(5_000).then(() => clock.elapsed()))).toBe(5_000)
  await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('nobody is asleep')
  await expect(clock.run(clock.sleep(100), 10)).rejects.toThrow('simulated time')
})

it('a jump of the wall clock leaves durations alone', async () => {
  const clock = simulatedClock({ now: 1_000 })
  clock.jump(-500)
  expect([clock.now(), clock.elapsed()]).toEqual([500, 0])
})

it('the same seed gives the same chance', () => {
  expect(seededChance(3).uuid()).toBe(seededChance(3).uuid())
  expect(seededChance(3).uuid()).not.toBe(seededChance(4).uuid())
})
