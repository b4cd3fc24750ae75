import { expect, it } from 'vitest'
import { createRefusals } from '../../src/conversation/refusals.ts'
import { takesSounds, unheardLevel } from '../../src/conversation/unheard.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: 't' }
const place = { conversation, root: null, direct: false }
const can = { edit: true, threads: true, buttons: true, private: 'everywhere' } as const

it('tells the operator once of the same reason, for ten minutes', async () => {
  const clock = simulatedClock()
  const refusals = createRefusals(clock)
  const level = (why: string) => unheardLevel(refusals, { by: person('pia'), place }, why)
  expect([level('budget'), level('budget'), level('server')]).toEqual(['warn', 'debug', 'warn'])
  await clock.advance(600_000)
  expect(level('budget')).toBe('warn')
})

it('knows where no sound can be sent', () => {
  expect(takesSounds({ can }, place)).toBe(true)
  expect(takesSounds({ can, takesSounds: () => false }, place)).toBe(false)
  expect(takesSounds({ can, takesFiles: () => false, takesSounds: () => true }, place)).toBe(false)
})
