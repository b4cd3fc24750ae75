import { expect, it } from 'vitest'
import { createRefusals } from '../../src/conversation/refusals.ts'
import type { MessageHeard } from '../../src/ports/event.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'

const from = (id: string): MessageHeard => ({
  ...{ kind: 'message', id: 'e', at: 0, message: { channel: 'c', id: 'm' }, text: '', files: [], quotes: [] },
  by: person(id),
  place: {
    conversation: { platform: 'chat', workspace: 'w', channel: 'c', thread: '' },
    root: null,
    direct: false,
  },
})
const tenMinutes = 600_000
const taken = async () => 'new' as const

it('a person is told once more after ten minutes', async () => {
  const clock = simulatedClock()
  const refusals = createRefusals(clock)
  expect(await refusals.once('access', from('eve'), tenMinutes, taken)).toBe('new')
  await clock.advance(599_999)
  expect(await refusals.once('access', from('eve'), tenMinutes, taken)).toBeNull()
  await clock.advance(1)
  expect(await refusals.once('access', from('eve'), tenMinutes, taken)).toBe('new')
})

it('what could not be taken in counts as not told', async () => {
  const refusals = createRefusals(simulatedClock())
  expect(await refusals.once('access', from('eve'), tenMinutes, async () => 'full' as const)).toBe('full')
  await expect(
    refusals.once('access', from('eve'), tenMinutes, () => Promise.reject(new Error('disk'))),
  ).rejects.toThrow('disk')
  expect(await refusals.once('access', from('eve'), tenMinutes, taken)).toBe('new')
})

it('of more than a thousand people the one told first is forgotten', async () => {
  const refusals = createRefusals(simulatedClock())
  for (let i = 0; i <= 1_000; i++) await refusals.once('access', from(`p${i}`), tenMinutes, taken)
  expect(await refusals.once('access', from('p1'), tenMinutes, taken)).toBeNull()
  expect(await refusals.once('access', from('p0'), tenMinutes, taken)).toBe('new')
})

it('one who was refused for one reason hears of another', () => {
  const refusals = createRefusals(simulatedClock())
  expect(refusals.isFirst('access', from('eve'), 60_000)).toBe(true)
  expect(refusals.isFirst('budget', from('eve'), 60_000)).toBe(true)
  expect(refusals.isFirst('budget', from('eve'), 60_000)).toBe(false)
})
