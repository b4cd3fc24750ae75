import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createMemory } from '../../src/conversation/memory.ts'
import type { MessageRef } from '../../src/ports/event.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import type { ScriptedReply } from '../fakes/scripted-model.ts'
import { openHouse, temporaryDirectory } from './house.ts'
import { reads, settled, shows, soon, texts } from './watching.ts'

const general = (id: string): MessageRef => ({ channel: 'general', id })

/** What was sent, and beside which message. */
const sends = (house: House) =>
  house.chat.ledger.flatMap((each) => (each.call === 'send' ? [[each.thread, each.replyTo]] : []))

const prompt = async (house: House) => {
  const asked = await house.model.next()
  return { ...asked, words: JSON.stringify(asked.request.messages) }
}

const answerWith = (reply: ScriptedReply, words: string): void => {
  reply.say(words)
  reply.end()
}

/** What a process that begins now would know. */
const stored = ({ database }: House) => createMemory(database.store, 86_400_000).whereabouts

/** Threads can't be opened here. */
const threadless = () =>
  createChatPlatform({ openPlace: async () => ({ kind: 'forbidden', why: 'no permission' }) })

describe('a chain of replies', () => {
  it('is one conversation, each answer a reply to its question', async () => {
    const house = await openHouse({ mode: 'reply' })
    const pia = talk(house)
    const first = await pia.say('My name is Pia')
    answerWith(await house.model.next(), 'Hello Pia')
    await settled(house, 1)
    const second = await pia.say('What is my name?', null, [], general('b1'))
    expect(second.place.conversation).toEqual(first.place.conversation)
    // So its messages need no mention.
    expect(await house.chat.intake.follows(second.place.conversation)).toBe(true)
    const asked = await prompt(house)
    expect(asked.words).toContain('My name is Pia')
    answerWith(asked, 'Pia')
    await settled(house, 2)
    // Others go on from any message of it.
    const third = await talk(house, person('max')).say('And mine?', null, [], second.message)
    expect(third.place.conversation).toEqual(first.place.conversation)
    expect((await prompt(house)).words).toContain('[Pia] My name is Pia')
    expect(sends(house).slice(0, 2)).toEqual([
      ['', first.message.id],
      ['', second.message.id],
    ])
    expect(house.chat.ledger.filter(({ call }) => call === 'open')).toEqual([])
  })

  it('goes on from an answer that is still being written', async () => {
    const house = await openHouse({ mode: 'reply' })
    const pia = talk(house)
    const first = await pia.say('Tell me a story')
    const asked = await house.model.next()
    asked.say('Once upon')
    await shows(house, 'Once upon')
    const second = await pia.say('A short one', null, [], general('b1'))
    expect(second.place.conversation).toEqual(first.place.conversation)
    answerWith(asked, ' a time')
    expect((await prompt(house)).words).toContain('Once upon a time')
  })

  it('goes on from a half-written answer also between two tries, and the answer’s messages lead nowhere once it is taken back', async () => {
    const house = await openHouse({ mode: 'reply' })
    const pia = talk(house)
    const first = await pia.say('Tell me a story')
    const asked = await house.model.next()
    asked.say('Once upon')
    await shows(house, 'Once upon')
    const between = () => stored(house).find(first.place.conversation, general('next'), general('b1'))
    await vi.waitFor(
      async () => expect(await between()).toEqual({ conversation: first.place.conversation, own: false }),
      soon,
    )
    await pia.remove(first.message, null)
    await reads(house, [])
    await vi.waitFor(async () => expect(await between()).toBeNull(), soon)
  })

  it('knows nothing of a question that was deleted while it waited', async () => {
    const house = await openHouse({ mode: 'reply' })
    const pia = talk(house)
    await pia.say('Tell me a story')
    const asked = await house.model.next()
    asked.say('Once upon')
    await shows(house, 'Once upon')
    const { message, place } = await pia.say('And another', null, [], general('b1'))
    const standing = () => stored(house).find(place.conversation, message, null)
    expect(await standing()).toEqual({ conversation: place.conversation, own: true })
    await pia.remove(message, null)
    await vi.waitFor(async () => expect(await standing()).toBeNull(), soon)
    answerWith(asked, ' a time.')
    await settled(house, 1)
    expect(await standing()).toBeNull()
  })

  it('begins with a command’s answer too, which replies to no message', async () => {
    const house = await openHouse({ mode: 'reply' })
    house.model.always(() => ['Yes.'])
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread: 'reply:i1' }
    await house.chat.intake.admit({
      ...{ kind: 'command', id: 'ask', at: 0, by: person('pia'), name: 'ask', message: null },
      ...{ options: { prompt: 'One?' }, place: { conversation, root: null, direct: false, via: 'token' } },
    })
    await settled(house, 1)
    const next = await talk(house).say('Two?', null, [], general('b1'))
    expect(next.place).toMatchObject({ conversation, replyTo: next.message })
    await settled(house, 2)
    expect(JSON.stringify(house.model.requests[1]?.messages)).toContain('One?')
  })

  it('is not entered by a message beside it', async () => {
    const house = await openHouse({ mode: 'reply' })
    house.model.always(() => ['Yes.'])
    const pia = talk(house)
    const first = await pia.say('One?')
    await settled(house, 1)
    const second = await pia.say('Two?')
    const elsewhere = await talk(house, person('pia'), 'random').say('Three?', null, [], {
      channel: 'random',
      id: 'b1',
    })
    expect(second.place.conversation).not.toEqual(first.place.conversation)
    expect(elsewhere.place.conversation.thread).toBe(`reply:${elsewhere.message.id}`)
  })

  it.each(['thread', 'reply', 'channel'] as const)(
    'or whatever holds a question (mode %s): an edit rewrites its answer where it stands, a delete takes it back, also after a restart',
    async (mode) => {
      const path = join(temporaryDirectory(), 'parley.db')
      const chat = createChatPlatform()
      const before = await openHouse({ path, chat, mode })
      const pia = talk(before)
      const first = await pia.say('1+1?')
      answerWith(await before.model.next(), '2')
      await settled(before, 1)
      const second = await pia.say(
        '2+2?',
        mode === 'thread' ? first.thread : null,
        [],
        mode === 'reply' ? general('b1') : null,
      )
      expect(second.place.conversation).toEqual(first.place.conversation)
      const asked = await before.model.next()
      asked.say('4')
      await shows(before, '4')
      // Before it is settled.
      await pia.edit(second.message, mode === 'thread' ? first.thread : null, '3+3?')
      const changed = await prompt(before)
      expect(changed.words).toContain('3+3?')
      expect(changed.words).toContain('1+1?')
      answerWith(changed, '6')
      await reads(before, ['2', '6'])
      await settled(before, 3)
      const places = sends(before)
      await before.close()

      const after = await openHouse({ path, chat, mode })
      const again = talk(after)
      await again.edit(second.message, mode === 'thread' ? first.thread : null, '4+4?')
      answerWith(await after.model.next(), '8')
      await reads(after, ['2', '8'])
      await settled(after, 1)
      await again.edit(first.message, null, '5+5?')
      answerWith(await after.model.next(), '10')
      await reads(after, ['10', '8'])
      await settled(after, 2)
      await again.remove(second.message, mode === 'thread' ? first.thread : null)
      await reads(after, ['10'])
      await again.remove(first.message, null)
      await reads(after, [])
      expect(sends(after)).toEqual(places)
      // A thread that stands is not opened again for each change.
      const opened = chat.ledger.filter(({ call }) => call === 'open')
      expect(opened).toHaveLength(mode === 'thread' ? 1 : 0)
    },
  )

  it('ends where its messages were deleted or forgotten', async () => {
    const house = await openHouse({ mode: 'reply' })
    house.model.always(() => ['Yes.'])
    const pia = talk(house)
    const first = await pia.say('One?')
    await settled(house, 1)
    await pia.say('Two?', null, [], general('b1'))
    await settled(house, 2)
    await pia.remove(first.message, null)
    await vi.waitFor(() => expect(texts(house)).toHaveLength(1), soon)
    await vi.waitFor(
      async () => expect(await house.database.inbox.depth()).toMatchObject({ waiting: 0, claimed: 0 }),
      soon,
    )
    const third = await pia.say('Three?', null, [], general('b1'))
    expect(third.place.conversation.thread).toBe(`reply:${third.message.id}`)
    await settled(house, 3)

    await house.chat.intake.admit({
      ...{ kind: 'command', id: 'fresh', at: 0, by: person('pia'), name: 'new', options: {}, message: null },
      place: first.place,
    })
    await shows(house, 'Forgotten')
    await vi.waitFor(async () => {
      const spot = { platform: 'chat', workspace: 'team', channel: 'general', thread: null, direct: false }
      const message = general('later')
      const place = await house.chat.intake.place({
        ...{ ...spot, message, repliesTo: general('b2'), threadIfOpened: null },
      })
      expect(place.conversation.thread).toBe('reply:later')
    }, soon)
  })
})

describe('an answer for which no thread may be opened', () => {
  it('stands beside its question and goes on by replies', async () => {
    const house = await openHouse({ chat: threadless() })
    const pia = talk(house)
    const first = await pia.say('My name is Pia')
    answerWith(await house.model.next(), 'Hello Pia')
    await settled(house, 1)
    expect(sends(house)).toEqual([['', first.message.id]])
    const second = await pia.say('What is my name?', null, [], general('b1'))
    expect(second.place).toMatchObject({
      conversation: first.place.conversation,
      root: null,
      replyTo: second.message,
    })
    const asked = await prompt(house)
    expect(asked.words).toContain('My name is Pia')
    answerWith(asked, 'Pia')
    await settled(house, 2)
  })

  it('draws no question in that replied to its own before it was known where that stands', async () => {
    let opens = 0
    const chat = createChatPlatform()
    const { openPlace } = chat.platform
    Object.assign(chat.platform, {
      openPlace: async (...call: Parameters<typeof openPlace>) =>
        opens++ === 0 ? { kind: 'forbidden', why: 'no permission' } : openPlace(...call),
    })
    const house = await openHouse({ chat })
    const pia = talk(house)
    const first = await pia.say('One?')
    const asked = await house.model.next()
    const second = await pia.say('Two?', null, [], first.message)
    expect(second.place.root).toEqual(second.message)
    answerWith(asked, 'One.')
    answerWith(await house.model.next(), 'Two.')
    await settled(house, 2)
    // Only now the first one is known to stand in no thread.
    await pia.edit(second.message, null, 'Three?', first.message)
    answerWith(await house.model.next(), 'Three.')
    await reads(house, ['One.', 'Three.'])
  })

  it('is written again there, also by its button and after an edit, and its buttons match it', async () => {
    const house = await openHouse({ chat: threadless() })
    const pia = talk(house)
    const { message, thread, place } = await pia.say('Long?')
    answerWith(await house.model.next(), 'Short.')
    await settled(house, 1)
    await pia.regenerate(general('b1'), thread)
    const longer = `${'word '.repeat(500)}.`
    answerWith(await house.model.next(), longer)
    await settled(house, 2)
    expect(sends(house)).toEqual([
      ['', message.id],
      ['', message.id],
    ])
    await pia.edit(message, null, 'Shorter?')
    answerWith(await house.model.next(), 'Yes.')
    await reads(house, ['Yes.'])
    await settled(house, 3)
    expect(place.root).toEqual(message)
    expect(house.traces.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered'])
  })

  it('and a conversation in a thread leave nothing behind that would draw a stranger’s reply in', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    const pia = talk(house)
    const first = await pia.say('One?')
    await settled(house, 1)
    const second = await pia.say('Two?', null, [], first.message)
    expect(second.place.root).toEqual(second.message)
    expect(second.place.conversation.thread).toBe(second.message.id)
  })
})
