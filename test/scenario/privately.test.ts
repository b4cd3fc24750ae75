import { describe, expect, it } from 'vitest'
import type { CommandCalled, MessageRef, Place } from '../../src/ports/event.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { reads, settled, shows } from './watching.ts'

const max = person('max')

/** A chat that shows things to one person alone only while it answers a command or a button. */
const house = () => {
  const can = { edit: true, threads: true, buttons: true, private: 'via' } as const
  return openHouse({ chat: createChatPlatform({ can }) })
}

const at = (more: Partial<Place> = {}): Place => ({
  conversation: { platform: 'chat', workspace: 'team', channel: 'general', thread: 'reply:i1' },
  root: null,
  replyTo: { channel: 'general', id: 'i1' },
  direct: false,
  ...more,
})

let count = 0

const call = ({ chat }: House, name: string, more: Partial<CommandCalled> = {}) =>
  chat.intake.admit({
    ...{ kind: 'command', id: `call:${++count}`, at: 1, place: at({ via: 'token' }), by: max, name },
    ...{ options: {}, message: null, ...more },
  })

const sends = ({ chat }: House) => chat.ledger.filter((each) => each.call === 'send')

describe('where only replies to a command can be private', () => {
  it('such a reply is for the caller alone', async () => {
    const one = await house()
    await call(one, 'help')
    await shows(one, '/ask')
    expect(sends(one)).toMatchObject([{ privateTo: 'max', thread: '' }])
  })

  it('words to somebody who wrote a message are for all, as a reply to it', async () => {
    const one = await house()
    one.model.always(() => ['Yes.'])
    const { thread } = await talk(one).say('Is it?')
    await settled(one, 1)
    const answer: MessageRef = { channel: 'general', id: 'b1' }
    await talk(one, max).regenerate(answer, thread)
    await shows(one, 'Only the person who asked')
    expect(sends(one).at(-1)).toMatchObject({ privateTo: null, thread })
    await call(one, 'help', { place: at() })
    await shows(one, '/ask')
    expect(sends(one).at(-1)).toMatchObject({ privateTo: null, replyTo: 'i1' })
  })

  it('a question is answered in private, or not at all', async () => {
    const one = await house()
    one.model.always(() => ['No.'])
    const options = { prompt: 'Am I being fired?', private: true }
    await call(one, 'ask', { options })
    await reads(one, ['No.'])
    expect(sends(one)).toMatchObject([{ privateTo: 'max' }])
    expect(await one.chat.intake.follows(at().conversation)).toBe(false)
    await call(one, 'ask', { options, place: at() })
    await shows(one, 'direct message')
    expect(sends(one).at(-1)).toMatchObject({ privateTo: null })
    expect(one.model.requests).toHaveLength(1)
  })

  it('a summary asked from a menu is for the caller, with the message as a quote and its files', async () => {
    const one = await house()
    one.model.always(() => ['It is long.'])
    const file = { id: 'f', name: 'lost.png', type: null, size: 1, url: null }
    const quotes = [{ author: 'Pia', text: 'A long story' }]
    await call(one, 'summarise', { quotes, files: [file] })
    await shows(one, 'It is long.')
    expect(sends(one)).toMatchObject([{ privateTo: 'max' }])
    const words = JSON.stringify(one.model.requests[0]?.messages)
    expect(words).toContain('Pia wrote:\\n> A long story')
    expect(words).toContain('lost.png')
  })

  it('a command’s own file and those of the message it is about are all looked at', async () => {
    const one = await house()
    one.model.always(() => ['Two.'])
    const file = (name: string) => ({ id: name, name, type: null, size: 1, url: null })
    const options = { prompt: 'How many?', file: file('own.png') }
    await call(one, 'ask', { options, files: [file('theirs.png')] })
    await shows(one, 'Two.')
    const words = JSON.stringify(one.model.requests[0]?.messages)
    expect(words).toContain('own.png')
    expect(words).toContain('theirs.png')
  })
})

describe('an answer that is written again by its button', () => {
  it('is edited by way of the button, beside the question it stood beside', async () => {
    const one = await house()
    one.model.always(() => ['Yes.'])
    await call(one, 'ask', { options: { prompt: 'Is it?' } })
    await settled(one, 1)
    await one.chat.intake.admit({
      ...{ kind: 'regenerate', id: 'again', at: 2, by: max, answer: { channel: 'general', id: 'b1' } },
      place: at({ via: 'another', replyTo: { channel: 'general', id: 'b1' } }),
    })
    await settled(one, 2)
    const places = one.chat.ledger.flatMap((each) => (each.call === 'edit' ? [each.place] : []))
    expect(places.at(-1)).toEqual(at({ via: 'another' }))
  })
})
