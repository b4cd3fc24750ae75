import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { InboundEvent } from '../../src/ports/event.ts'
import type { FakeMessage, FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel, FakeGuild } from '../fakes/discord/places.ts'
import { type EarWorld, earWorld, messageOf } from './discord-hearing-world.ts'

const sound = { bytes: new TextEncoder().encode('OggS, say'), seconds: 2.5 }

let world: EarWorld
let guild: FakeGuild
let general: FakeChannel
let ada: FakePerson
let bob: FakePerson
let me = ''
let seen = 0

beforeAll(async () => {
  world = await earWorld()
  guild = world.fake.guild({ name: 'Guild' })
  general = guild.channel({ name: 'general' })
  ada = world.fake.person({ name: 'Ada', nick: 'Ada L.', roles: [guild.role({ name: 'Crew' })] })
  bob = world.fake.person({ name: 'Bob' })
  me = `<@${world.fake.bot.id}>`
})
afterAll(() => world.close())
beforeEach(() => {
  seen = world.intake.events.length
  world.intake.followed.clear()
})

async function next(): Promise<InboundEvent> {
  const event = await world.until(() => world.intake.events[seen])
  seen++
  return event
}

/** The next thing that is heard is what is said now. */
async function expectNothing(channel: FakeChannel = general): Promise<void> {
  ada.says(channel, `${me} marker`)
  expect(messageOf(await next()).text).toBe('marker')
}

/** Something the bot said. */
async function answerIn(channel: string): Promise<FakeMessage> {
  const response = await fetch(`${world.fake.apiUrl}/v10/channels/${channel}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${world.fake.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'an answer' }),
  })
  const { id } = (await response.json()) as { id: string }
  return { id, channelId: channel }
}

/** A thread in which Parley takes part. */
function followedThread(): FakeChannel {
  const thread = ada.opensThread(ada.says(general, 'between us'), 'a thread')
  world.intake.followed.add(thread.id)
  return thread
}

const voice = {
  type: 'audio/ogg',
  name: 'voice-message.ogg',
  size: sound.bytes.length,
  voice: { seconds: 2.5 },
}

describe('A voice message', () => {
  it('is a question in direct messages', async () => {
    ada.sendsVoice('dm', sound)
    const { text: words, files } = messageOf(await next())
    expect(words).toBe('')
    expect(files).toMatchObject([voice])
  })

  it('is a question in a thread in which Parley takes part, and in no other', async () => {
    const thread = followedThread()
    ada.sendsVoice(thread, sound)
    expect(messageOf(await next()).files).toMatchObject([voice])
    const other = ada.opensThread(ada.says(general, 'without it'), 'another')
    ada.sendsVoice(other, sound)
    await expectNothing(other)
  })

  it('is a question in a channel when it replies to Parley, and is left alone when it does not', async () => {
    ada.sendsVoice(general, sound)
    await expectNothing()
    ada.sendsVoice(general, sound, { replyTo: await answerIn(general.id) })
    expect(messageOf(await next()).files).toMatchObject([voice])
  })

  it('can be asked about by a reply that mentions Parley', async () => {
    const note = bob.sendsVoice(general, sound)
    ada.says(general, `${me} what does he say?`, { replyTo: note })
    expect(messageOf(await next()).files).toMatchObject([voice])
  })

  it('is heard where it is forwarded', async () => {
    ada.says('dm', '', { forward: bob.sendsVoice(general, sound) })
    expect(messageOf(await next()).files).toMatchObject([voice])
  })

  it('is told from a sound that was attached', async () => {
    ada.says('dm', '', { files: [{ name: 'song.ogg', type: 'audio/ogg', bytes: sound.bytes }] })
    const [file] = messageOf(await next()).files
    expect(file).toMatchObject({ name: 'song.ogg', type: 'audio/ogg' })
    expect(file).not.toHaveProperty('voice')
  })

  it('has a link under which its bytes are', async () => {
    ada.sendsVoice('dm', sound)
    const [file] = messageOf(await next()).files
    const response = await fetch(file?.url ?? '')
    expect(response.body && (await text(response.body))).toBe('OggS, say')
  })
})

describe('🔊 on an answer', () => {
  it('wants it read aloud, in its own conversation and without a word where there is nothing to read', async () => {
    const thread = followedThread()
    const answer = await answerIn(thread.id)
    ada.reacts(answer, '🔊')
    expect(await next()).toMatchObject({
      kind: 'read_aloud',
      quiet: true,
      answer: { channel: thread.id, id: answer.id },
      place: { conversation: { thread: thread.id } },
      by: { id: ada.id, name: 'Ada L.', bot: false, roles: [expect.any(String)] },
    })
  })

  it('works in direct messages, where Discord tells no more than who it was', async () => {
    world.intake.followed.add('direct')
    const answer = await answerIn(ada.dm.id)
    ada.reacts(answer, '🔊')
    expect(await next()).toMatchObject({ kind: 'read_aloud', by: { id: ada.id }, place: { direct: true } })
  })

  it('is one wish however often it is taken away and given again', async () => {
    const thread = followedThread()
    const answer = await answerIn(thread.id)
    for (let round = 0; round < 2; round++) {
      ada.reacts(answer, '🔊')
      ada.unreacts(answer, '🔊')
    }
    bob.reacts(answer, '🔊')
    expect([await next(), await next()].map(({ by }) => by.id)).toEqual([ada.id, bob.id])
  })

  it('means nothing from bots, with another emoji, on other people’s words, or outside of conversations', async () => {
    const thread = followedThread()
    const answer = await answerIn(thread.id)
    const robot = world.fake.person({ name: 'Robot', bot: true })
    robot.reacts(answer, '🔊')
    ada.reacts(answer, '👍')
    ada.reacts(bob.says(general, 'mine'), '🔊')
    ada.reacts(await answerIn(general.id), '🔊')
    await expectNothing(thread)
    const words = bob.says(thread, 'and I say')
    expect(messageOf(await next()).text).toBe('and I say')
    ada.reacts(words, '🔊')
    await expectNothing(thread)
  })

  it('that makes no sense is left out', async () => {
    for (const odd of [null, { emoji: { name: '🔊' } }, { user_id: 7, channel_id: [], message_id: {} }])
      world.fake.gateway.dispatch('MESSAGE_REACTION_ADD', { channel_id: general.id, ...odd })
    await expectNothing()
  })
})
