import { expect, it } from 'vitest'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { nothingMore, reads, settled, texts } from './watching.ts'

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

it('a person who may not ask is told so once a minute, too, where nobody else sees it', async () => {
  const { house, eve } = await guarded('everywhere')
  for (const text of ['1', '2']) await eve.say(text)
  await reads(house, [refused])
  // A command waits for its reply.
  for (const words of [1, 2]) await eve.command('ask', { prompt: `${words}` })
  await reads(house, [refused, refused, refused])
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

const nothingLeft = expect.stringContaining('Your budget is')

/** Any answer costs more than a person's day. */
async function poor(alone: 'everywhere' | 'nowhere') {
  const can = { edit: true, threads: true, buttons: true, private: alone }
  return openHouse({ dayBudget: 0.000_001, chat: createChatPlatform({ can }) })
}

it.each(['everywhere', 'nowhere'] as const)(
  'whose money is used up is told so once in a channel (alone: %s)',
  async (alone) => {
    const house = await poor(alone)
    const [pia, eve] = [talk(house), talk(house, person('eve'))]
    for (const [i, text] of ['1', '2', '3'].entries()) {
      await pia.say(text)
      await settled(house, i + 1)
    }
    await eve.say('And I?')
    await settled(house, 4)
    expect(texts(house)).toEqual([nothingLeft, nothingLeft])
    const shownTo = house.chat.ledger.flatMap((entry) => (entry.call === 'send' ? [entry.privateTo] : []))
    expect(shownTo).toEqual(alone === 'everywhere' ? ['pia', 'eve'] : [null, null])
    expect(house.model.requests).toEqual([])
  },
)

it('a refusal that one person alone was told leaves the question to be asked again by an edit', async () => {
  const house = await poor('everywhere')
  const pia = talk(house)
  const { thread, message } = await pia.say('Long')
  await settled(house, 1)
  await pia.edit(message, thread, 'Short')
  await settled(house, 2)
  expect(texts(house)).toEqual([nothingLeft, nothingLeft])
})
