import { expect, it, vi } from 'vitest'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { HouseOptions } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { nothingMore, settled, shows, soon, texts } from './watching.ts'

const pingWords = '*— the answer above is complete*'

/** Until what was shown is older than all the pauses here. */
const later = () => {
  const then = Date.now()
  return vi.waitFor(() => expect(Date.now() - then).toBeGreaterThan(2), { interval: 1 })
}

/** Long enough ago for an answer to have taken long. */
const asked = () => Date.now() - 60_000

async function world(options: Partial<HouseOptions> = { pingAfterMs: 1 }) {
  const house = await openHouse(options)
  const { intake } = house.chat
  let count = 0
  /** A question of a minute ago, whose answer has shown its first words. */
  const ask = async (more: { at?: number } = {}) => {
    const message = { channel: 'general', id: `q${++count}` }
    const place = await intake.place({
      platform: 'chat',
      workspace: 'team',
      channel: 'general',
      thread: null,
      message,
      repliesTo: null,
      direct: false,
      threadIfOpened: message.id,
    })
    const heard = { id: `message:${message.id}`, at: more.at ?? asked(), by: person('pia') }
    await intake.admit({ ...heard, kind: 'message', place, message, text: 'Why?', files: [], quotes: [] })
    const reply = await house.model.next()
    reply.say('Because')
    await shows(house, 'Because')
    await later()
    return { reply, message, place }
  }
  return { house, ask, pia: talk(house) }
}

it('a short fresh message follows an answer that took long and became whole by an edit', async () => {
  const { house, ask } = await world()
  const { reply, message } = await ask()
  reply.say(' of the moon.')
  reply.end()
  await shows(house, pingWords)
  expect(house.chat.visible()).toMatchObject([
    { thread: message.id, part: { markdown: 'Because of the moon.' } },
    { thread: message.id, part: { markdown: pingWords, controls: [] } },
  ])
})

it('nothing follows one that was stopped, or when nobody wants it', async () => {
  const stopped = await world()
  const { message } = await stopped.ask()
  await stopped.pia.stop(message.id)
  await settled(stopped.house, 1)
  const unwanted = await world({})
  const { reply } = await unwanted.ask()
  reply.end()
  await settled(unwanted.house, 1)
  for (const { house } of [stopped, unwanted]) {
    await nothingMore(house)
    expect(texts(house)).not.toContain(pingWords)
  }
})

it('it goes with its answer when the question is deleted', async () => {
  const { house, ask, pia } = await world()
  const { reply, message } = await ask()
  reply.end()
  await shows(house, pingWords)
  await pia.remove(message, message.id)
  await vi.waitFor(() => expect(texts(house)).toEqual([]), soon)
})

it('it goes with its answer also when nobody knew whether it came', async () => {
  const { house, ask, pia } = await world()
  const { reply, message } = await ask()
  house.chat.fail('send', { kind: 'unknown', cause: new Error('reset') })
  reply.end()
  await shows(house, pingWords)
  await nothingMore(house)
  await pia.remove(message, message.id)
  await vi.waitFor(
    () => expect(house.chat.visible().filter(({ thread }) => thread === message.id)).toEqual([]),
    soon,
  )
})

it('a reply to it goes on with the conversation, outside threads too', async () => {
  const { house, ask, pia } = await world({ pingAfterMs: 1, mode: 'reply' })
  const { reply, place } = await ask()
  reply.end()
  await shows(house, pingWords)
  await nothingMore(house)
  const ping = house.chat.visible().find(({ part }) => part.markdown === pingWords)
  const next = await pia.say('And then?', null, [], { channel: 'general', id: ping?.id ?? '' })
  expect(next.place.conversation).toEqual(place.conversation)
  ;(await house.model.next()).end()
})

it('it makes room when the answer is written again, and follows that one too', async () => {
  const { house, ask, pia } = await world()
  const { reply, message } = await ask()
  reply.end()
  await shows(house, pingWords)
  await nothingMore(house)
  const [answer, ping] = house.chat.visible()
  await pia.regenerate({ channel: 'general', id: answer?.id ?? '' }, message.id)
  const again = await house.model.next()
  again.say('Because of the sun.')
  await shows(house, 'sun')
  await later()
  again.end()
  await settled(house, 2)
  await shows(house, pingWords)
  const inThread = house.chat.visible().filter(({ thread }) => thread === message.id)
  expect(inThread.map(({ part }) => part.markdown)).toEqual(['Because of the sun.', pingWords])
  expect(inThread[1]?.id).not.toBe(ping?.id)
})

it('an answer stands and is remembered when it can’t be sent', async () => {
  const chat = createChatPlatform()
  const house = await openHouse({ chat, pingAfterMs: 1 })
  const pia = talk(house)
  const { thread } = await pia.say('Why?')
  const reply = await house.model.next()
  reply.say('Because')
  await shows(house, 'Because')
  await later()
  chat.fail('send', { kind: 'forbidden', why: 'no' })
  const send = vi.spyOn(chat.platform, 'send')
  reply.say(' of the moon.')
  reply.end()
  await settled(house, 1)
  expect(house.traces[0]).toMatchObject({ outcome: 'answered' })
  await vi.waitFor(() => expect(send).toHaveBeenCalledOnce(), soon)
  await pia.say('Go on', thread)
  expect((await house.model.next()).request.messages).toHaveLength(3)
  await nothingMore(house)
  expect(texts(house)).not.toContain(pingWords)
})
