import { expect, it, vi } from 'vitest'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled, shows, soon } from './watching.ts'

const picture = { id: 'f', name: 'p.png', type: 'image/png', size: 10, url: null }

/** What a person's questions have cost so far, in answers of the scripted model. */
const paid = async (house: House, who: string): Promise<number> =>
  (await house.database.ledger.spent({ person: who }, 0)).booked / 140_000

/** One answer of Ada's that is being written; what is said in its thread meanwhile is answered together afterwards. */
async function busy() {
  const house = await openHouse()
  const [ada, bob] = [talk(house, person('ada')), talk(house, person('bob'))]
  const { thread } = await ada.say('One?')
  const first = await house.model.next()
  first.say('1')
  await shows(house, '1')
  const go = () => {
    house.model.always(() => ['All.'])
    first.end()
  }
  return { house, ada, bob, thread, go }
}

it('an edit is paid by whoever made it, a deletion by nobody but the payer of before', async () => {
  const { house, ada, bob, thread, go } = await busy()
  await ada.say('A question as long as a letter to the harbour master?', thread)
  const { message } = await bob.say('Two?', thread)
  go()
  await settled(house, 2)
  expect([await paid(house, 'ada'), await paid(house, 'bob')]).toEqual([2, 0])
  await bob.edit(message, thread, 'Three?')
  await settled(house, 3)
  expect([await paid(house, 'ada'), await paid(house, 'bob')]).toEqual([2, 1])
  await bob.remove(message, thread)
  await settled(house, 4)
  expect([await paid(house, 'ada'), await paid(house, 'bob')]).toEqual([3, 1])
})

it('a joint question is paid by whoever brought the most files', async () => {
  const { house, ada, bob, thread, go } = await busy()
  await ada.say('A question as long as a letter to the harbour master?', thread)
  await bob.say('And these?', thread, [picture])
  go()
  await settled(house, 2)
  expect([await paid(house, 'ada'), await paid(house, 'bob')]).toEqual([1, 1])
})

it('a person with an account pays from one budget in every workspace', async () => {
  const house = await openHouse({ dayBudget: 0.0022 })
  house.model.always(() => ['Yes.'])
  const by = { ...person('pia'), account: 'pia' }
  for (const [i, workspace] of ['one', 'two', 'three'].entries()) {
    const message = { channel: workspace, id: `q${i}` }
    const conversation = { platform: 'chat', workspace, channel: workspace, thread: '' }
    const place = { conversation, root: null, direct: true }
    await house.chat.intake.admit({
      ...{ kind: 'message', id: `q${i}`, at: 1, place, by, message, text: 'Well?', files: [], quotes: [] },
    })
    await settled(house, i + 1)
  }
  expect(house.traces.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'refused'])
  await vi.waitFor(async () => {
    expect((await house.database.ledger.spent({ workspace: 'one', person: 'pia' }, 0)).booked).toBe(140_000)
  }, soon)
})
