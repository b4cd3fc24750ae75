import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { talk } from '../fakes/people.ts'
import { openHouse, temporaryDirectory } from './house.ts'
import { settled, soon } from './watching.ts'

it('what is broken off by a stop of the program is booked before the ledger closes', async () => {
  const path = join(temporaryDirectory(), 'parley.db')
  const house = await openHouse({ path, dayBudget: 5 })
  const asked: AbortSignal[] = []
  house.scripted.speaks(async (_, signal) => {
    asked.push(signal)
    const { promise, reject } = Promise.withResolvers<Uint8Array>()
    // A connection that takes its time to close.
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), 300))
    return promise
  })
  await talk(house).command('speak', { text: 'one two three' })
  await vi.waitFor(() => expect(asked).toHaveLength(1), soon)
  await house.close()
  const again = await openHouse({ path, dayBudget: 5 })
  await settled(again, 1)
  const { booked, reserved } = await again.database.ledger.spent({}, 0)
  expect(reserved).toBe(0)
  expect(booked).toBeGreaterThan(0)
})

it('money for a picture that comes when nobody waits for it any more is given back', async () => {
  const house = await openHouse({ paints: true, dayBudget: 50 })
  const { ledger } = house.database
  const reserve = ledger.reserve.bind(ledger)
  const slow = Promise.withResolvers<void>()
  vi.spyOn(ledger, 'reserve').mockImplementation(async (wish) => {
    if (wish.id.endsWith(':image')) await slow.promise
    return reserve(wish)
  })
  house.model.always(() => ['Yes.'])
  await talk(house).say('There?')
  await settled(house, 1)
  slow.resolve()
  await house.senses.idle()
  expect(await ledger.spent({}, 0)).toMatchObject({ reserved: 0 })
})
