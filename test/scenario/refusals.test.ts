import { expect, it } from 'vitest'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { nothingMore, reads, texts } from './watching.ts'

const refused = expect.stringContaining('You may not use me yet')

/** Only Pia may ask, where words can be shown to one person alone or not. */
async function guarded(alone: 'everywhere' | 'nowhere') {
  const can = { edit: true, threads: true, buttons: true, private: alone }
  const house = await openHouse({ people: ['pia', 'zoe'], chat: createChatPlatform({ can }) })
  house.model.always(() => ['Yes.'])
  return { house, pia: talk(house), eve: talk(house, person('eve')), mia: talk(house, person('mia')) }
}

it('a person who may not ask is told so once in a channel, and again in another', async () => {
  const { house, eve, mia } = await guarded('nowhere')
  const said = await Promise.all(['1', '2', '3', '4'].map((text) => eve.say(text)))
  expect(said.map(({ admission }) => admission).toSorted()).toEqual(['ignored', 'ignored', 'ignored', 'new'])
  await reads(house, [refused])
  await mia.say('And I?')
  await talk(house, person('eve'), 'random').say('Here?')
  await reads(house, [refused, refused, refused])
})

it('a person who may not ask is told each time where nobody else sees it', async () => {
  const { house, eve } = await guarded('everywhere')
  for (const text of ['1', '2']) await eve.say(text)
  await reads(house, [refused, refused])
})

it('a person who may not ask is not told so for words that were meant for others', async () => {
  const { house, pia, eve } = await guarded('nowhere')
  const { thread, place } = await pia.say('Well?')
  await reads(house, ['Yes.'])
  const message = { channel: 'general', id: 'e1' }
  const admission = await house.chat.intake.admit({
    ...{ kind: 'message', id: 'e1', at: 1, place: { ...place, root: null }, by: person('eve'), message },
    ...{ text: 'See you at lunch', files: [], quotes: [], overheard: true },
  })
  expect(admission).toBe('ignored')
  await nothingMore(house)
  expect(texts(house)).not.toContainEqual(refused)
  await eve.say('Parley, and I?', thread)
  await reads(house, expect.arrayContaining([refused]) as never)
})
