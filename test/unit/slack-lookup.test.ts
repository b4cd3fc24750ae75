import pino from 'pino'
import { expect, test } from 'vitest'
import { createLookup } from '../../adapters/slack/lookup.ts'
import { simulatedClock } from '../fakes/clock.ts'

test('a crowd of strangers asks for no more names at once than Slack gives a minute, and the rest wait for none', async () => {
  const clock = simulatedClock()
  const { signal } = new AbortController()
  const asked: { readonly id: string; readonly tell: (name: string) => void }[] = []
  const lookup = createLookup<string>(
    { clock, log: pino({ level: 'silent' }), signal },
    (_, id) => new Promise((tell) => asked.push({ id, tell })),
  )
  const crowd = Array.from({ length: 101 }, (_, index) => lookup('T1', `U${index}`, 500, signal))

  await expect(crowd[100]).resolves.toBeNull()
  expect(asked).toHaveLength(100)

  for (const { id, tell } of asked) tell(`name of ${id}`)
  await expect(crowd[0]).resolves.toBe('name of U0')
  await expect(crowd[99]).resolves.toBe('name of U99')
  const later = lookup('T1', 'U100', 500, signal)
  asked[100]?.tell('name of U100')
  await expect(later).resolves.toBe('name of U100')
})
