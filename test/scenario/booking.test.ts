import { describe, expect, it, vi } from 'vitest'
import { ModelError } from '../../src/ports/failure.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled, shows, soon, texts } from './watching.ts'

/** 1 USD a million in, 2 out; the scripted model reports 100 in and 20 out. */
const oneAnswer = 140_000

const spent = (house: House, by?: string) =>
  house.database.ledger.spent(by === undefined ? {} : { person: by }, 0)

describe('the ledger', () => {
  it('books an answer once, and holds nothing back', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    await talk(house).say('Is it?')
    await settled(house, 1)
    expect(await spent(house)).toEqual({ booked: oneAnswer, reserved: 0 })
  })

  it('books what was written until a Stop, and frees the rest', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('Is it?')
    const reply = await house.model.next()
    reply.say('Well, it depends on ')
    await shows(house, 'it depends')
    await pia.stop(thread)
    await settled(house, 1)
    const { booked, reserved } = await spent(house)
    expect(booked).toBeGreaterThan(0)
    expect(booked).toBeLessThan(oneAnswer)
    expect(reserved).toBe(0)
  })

  it('books both tries when an edit starts the answer again', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('Is it?')
    const first = await house.model.next()
    first.say('It is ')
    await shows(house, 'It is')
    await pia.edit(message, thread, 'Was it?')
    const second = await house.model.next()
    second.say('It was.')
    second.end()
    await settled(house, 2)
    const { booked, reserved } = await spent(house)
    expect(booked).toBeGreaterThan(oneAnswer)
    expect(reserved).toBe(0)
  })

  it('books nothing where the model was never reached', async () => {
    const house = await openHouse()
    const answering = talk(house).say('Is it?')
    vi.spyOn(house.model.model, 'reply').mockImplementation(() => {
      throw new ModelError('network', 'The model could not be reached.')
    })
    await answering
    await settled(house, 1)
    expect(await spent(house)).toEqual({ booked: 0, reserved: 0 })
  })

  it('books an answer whose place is gone, and asks nothing more of the model', async () => {
    const chat = createChatPlatform()
    const house = await openHouse({ chat })
    await talk(house).say('Is it?')
    const reply = await house.model.next()
    chat.fail('send', { kind: 'gone' })
    reply.say('Well, ')
    await vi.waitFor(() => expect(reply.aborted.aborted).toBe(true), soon)
    await settled(house, 1)
    expect(house.traces[0]?.outcome).toBe('failed')
    const { booked, reserved } = await spent(house)
    expect(booked).toBeGreaterThan(0)
    expect(reserved).toBe(0)
  })

  it('charges whoever has an answer written again', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    const { thread } = await talk(house).say('Is it?')
    await settled(house, 1)
    const moderator = person('mo', { moderator: true })
    await talk(house, moderator).regenerate({ channel: 'general', id: 'b1' }, thread)
    await settled(house, 2)
    expect((await spent(house, 'pia')).booked).toBe(oneAnswer)
    expect((await spent(house, 'mo')).booked).toBe(oneAnswer)
  })
})

describe('what is bought besides answers', () => {
  const usd = async (house: House) => (await spent(house)).booked / 1e9

  it('is part of what the turn cost, in its trace', async () => {
    const house = await openHouse({ paints: true })
    house.model.always(() => ['Yes.'])
    await talk(house).command('speak', { text: 'Hello' })
    await settled(house, 1)
    await talk(house).command('image', { prompt: 'A lighthouse' })
    await settled(house, 2)
    // As far as its first bytes tell, a voice note.
    const bytes = Buffer.from(
      `OggS\0\x02${' '.repeat(20)}\x01\x13OpusHead\x01\x01${' '.repeat(300)}`,
      'latin1',
    )
    const file = { id: 'n', name: 'n.ogg', type: 'audio/ogg', size: bytes.length, url: null }
    house.chat.putFile(file, bytes)
    await talk(house).command('transcribe', { file })
    await settled(house, 3)
    for (const { costUsd, boughtUsd } of house.traces) {
      expect(costUsd).toBeGreaterThan(0)
      expect(boughtUsd).toBe(costUsd)
    }
    const note = { ...file, id: 'm', voice: { seconds: 3 } }
    house.chat.putFile(note, bytes)
    await talk(house).say('', null, [note])
    await settled(house, 4)
    const last = house.traces.at(-1)
    expect((last?.costUsd ?? 0) - (last?.boughtUsd ?? 0)).toBeCloseTo(oneAnswer / 1e9, 12)
    expect(last?.boughtUsd).toBeGreaterThan(0)
    expect(house.traces.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(await usd(house), 12)
  })
})

describe('memory', () => {
  it('knows that an answer was broken off', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('The three rules?')
    const reply = await house.model.next()
    reply.say('1. Never ')
    await shows(house, '1. Never')
    await pia.stop(thread)
    await settled(house, 1)
    await pia.say('Go on', thread)
    const next = await house.model.next()
    expect(JSON.stringify(next.request.messages)).toContain('broken off here')
    next.end()
  })

  it('tells nobody but the model: neither who hears it nor who has it written again in vain', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('The three rules?')
    const reply = await house.model.next()
    reply.say('1. Never ')
    await shows(house, '1. Never')
    await pia.stop(thread)
    await settled(house, 1)
    const answer = { channel: 'general', id: house.chat.visible()[0]?.id ?? '' }
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
    const place = { conversation, root: null, direct: false }
    const heard = {
      kind: 'read_aloud',
      id: 'aloud',
      at: Date.now(),
      by: person('pia'),
      place,
      answer,
    } as const
    await house.chat.intake.admit(heard)
    await settled(house, 2)
    expect(house.scripted.asked.speak.map(({ text }) => text)).toEqual(['1. Never.'])
    house.model.always(() => {
      throw new ModelError('server', 'Down.')
    })
    await pia.regenerate(answer, thread)
    await settled(house, 3)
    expect(texts(house).join()).toContain('not written again: Down.')
    expect(texts(house).join()).not.toContain('broken off')
    house.model.always(() => ['Yes.'])
    await pia.say('Go on', thread)
    await settled(house, 4)
    // It is still no whole answer.
    expect(JSON.stringify(house.model.requests.at(-1)?.messages)).toContain('broken off here')
  })

  it('forgets words that nobody saw', async () => {
    const chat = createChatPlatform()
    const house = await openHouse({ chat })
    const pia = talk(house)
    const { thread } = await pia.say('Is it?')
    const reply = await house.model.next()
    // In the thread, and beside the question.
    const refused = { kind: 'forbidden', why: 'no permission' } as const
    chat.fail('send', refused, refused)
    reply.say('Never seen')
    await settled(house, 1)
    await pia.say('Hello?', thread)
    const next = await house.model.next()
    expect(JSON.stringify(next.request.messages)).not.toContain('Never seen')
    next.end()
  })
})

describe('a private question', () => {
  it('opens no thread, whose title all could read', async () => {
    const house = await openHouse()
    house.model.always(() => ['No.'])
    const root = { channel: 'general', id: 'c1' }
    await talk(house).command('ask', { prompt: 'Am I being fired?', private: true }, null, root)
    await shows(house, 'No.')
    expect(house.chat.ledger.filter(({ call }) => call === 'open')).toEqual([])
  })

  it('is not answered in public where the platform has no private messages', async () => {
    const chat = createChatPlatform({ can: { edit: true, threads: true, buttons: true, private: 'nowhere' } })
    const house = await openHouse({ chat })
    await talk(house).command('ask', { prompt: 'Am I being fired?', private: true })
    await shows(house, 'direct message')
    expect(house.model.requests).toEqual([])
  })
})

describe('Stop on an answer that has ended', () => {
  it('leaves the next answer alone', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('One?')
    const first = await house.model.next()
    first.say('1')
    first.end()
    await settled(house, 1)
    await pia.say('Two?', thread)
    const second = await house.model.next()
    second.say('2')
    await shows(house, '2')
    await pia.stop(thread, { channel: 'general', id: 'b1' })
    await vi.waitFor(
      async () => expect(await house.database.inbox.depth()).toMatchObject({ waiting: 0, claimed: 1 }),
      soon,
    )
    expect(second.aborted.aborted).toBe(false)
    await pia.stop(thread, { channel: 'general', id: 'b2' })
    await settled(house, 2)
    expect(house.traces[1]?.outcome).toBe('stopped')
  })
})
