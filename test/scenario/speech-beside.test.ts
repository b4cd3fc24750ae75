import { describe, expect, it, vi } from 'vitest'
import type { InboundEvent } from '../../src/ports/event.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person, talk } from '../fakes/people.ts'
import { type House, openHouse } from './house.ts'
import { nothingMore, settled, shows, soon, texts } from './watching.ts'

const sounds = (house: House): number =>
  house.chat.visible().filter(({ part }) => part.file?.kind === 'sound').length

const heard = (house: House, number: number): Promise<void> =>
  vi.waitFor(() => expect(sounds(house)).toBe(number), soon)

/** A voice that speaks, or fails, when it is told to: each time it is asked anew. */
function slowVoice(house: House) {
  const asked: { text: string; signal: AbortSignal; go(): void; fail(error: Error): void }[] = []
  house.scripted.speaks(async ({ text }, signal) => {
    const said = Promise.withResolvers<void>()
    asked.push({ text, signal, go: said.resolve, fail: said.reject })
    signal.addEventListener('abort', () => said.reject(signal.reason))
    await said.promise
    return new TextEncoder().encode(`sound:${text}`)
  })
  const begun = (number: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(number), soon)
  const aborted = (): boolean[] => asked.map(({ signal }) => signal.aborted)
  return { asked, begun, aborted }
}

const answerIn = (house: House, thread: string) => {
  const id = house.chat.visible().find((message) => message.thread === thread)?.id ?? 'none'
  return { channel: 'general', id }
}

let count = 0
const readAloud = (house: House, thread: string, more: Partial<InboundEvent> = {}) => {
  const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
  const answer = answerIn(house, thread)
  return house.chat.intake.admit({
    ...{ kind: 'read_aloud', id: `beside:${++count}`, at: Date.now(), by: person('ida'), answer },
    place: { conversation, root: null, direct: false },
    ...more,
  } as InboundEvent)
}

async function answered(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options)
  house.model.always(() => ['The answer.'])
  const pia = talk(house)
  const { thread, message } = await pia.say('A question?')
  await settled(house, 1)
  return { house, pia, thread, message }
}

const down = new ModelError('server', 'The server has a problem.')

describe('many texts that are read aloud at once', () => {
  it('leave room for Stop and commands', async () => {
    const { house, pia, thread } = await answered({ concurrency: 2 })
    const voice = slowVoice(house)
    for (const text of ['one', 'two', 'three']) await pia.command('speak', { text }, thread)
    await voice.begun(2)
    await pia.command('help', {}, '')
    await shows(house, '/help')
    await pia.stop(thread)
    await vi.waitFor(() => expect(voice.aborted()).toContain(true), soon)
    await voice.begun(3)
  })
})

describe('a press on Read aloud while the answer is being read of itself', () => {
  async function spoken() {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    await talk(house).command('voice', { always: 'on' })
    await shows(house, 'Every answer is read aloud')
    const voice = slowVoice(house)
    const { thread } = await talk(house).say('A question?')
    await voice.begun(1)
    return { house, voice, thread }
  }

  it('is answered when that fails in silence', async () => {
    const { house, voice, thread } = await spoken()
    await readAloud(house, thread)
    await readAloud(house, thread)
    await nothingMore(house)
    voice.asked[0]?.fail(down)
    await voice.begun(2)
    voice.asked[1]?.fail(down)
    await shows(house, /The server has a problem/)
    await nothingMore(house)
    expect(voice.asked).toHaveLength(2)
  })

  it('is content with what is heard then', async () => {
    const { house, voice, thread } = await spoken()
    await readAloud(house, thread)
    await nothingMore(house)
    voice.asked[0]?.go()
    await heard(house, 1)
    await vi.waitFor(async () => expect((await house.database.inbox.depth()).claimed).toBe(0), soon)
    expect(voice.asked).toHaveLength(1)
  })

  it('lets whoever pressed stop it', async () => {
    const { house, voice, thread } = await spoken()
    await readAloud(house, thread, { by: person('bob') })
    await nothingMore(house)
    await talk(house, person('bob')).stop(thread)
    await vi.waitFor(() => expect(voice.aborted()).toEqual([true]), soon)
    await vi.waitFor(async () => expect((await house.database.inbox.depth()).claimed).toBe(0), soon)
    expect(voice.asked).toHaveLength(1)
  })
})

describe('the sound of what an answer said before', () => {
  it('holds up no question and no stop of the program where it can’t be removed, and goes later', async () => {
    const chat = createChatPlatform()
    const { remove } = chat.platform
    let isLimited = false
    chat.platform.remove = (...args) =>
      isLimited ? Promise.resolve({ kind: 'limited', retryAfterMs: 100 }) : remove.apply(chat.platform, args)
    const { house, pia, thread } = await answered({ chat })
    await readAloud(house, thread)
    await settled(house, 2)
    isLimited = true
    await pia.regenerate(answerIn(house, thread), thread)
    await settled(house, 3)
    await pia.say('The next question?', thread)
    await settled(house, 4)
    expect(sounds(house)).toBe(1)
    isLimited = false
    await heard(house, 0)
    await readAloud(house, thread)
    await heard(house, 1)
    isLimited = true
    await pia.regenerate(answerIn(house, thread), thread)
    await settled(house, 6)
    await house.close()
    expect(sounds(house)).toBe(1)
  })

  it('goes with the question when it could not be removed before', async () => {
    const chat = createChatPlatform()
    const { remove } = chat.platform
    let isLimited = false
    chat.platform.remove = (...args) =>
      isLimited
        ? Promise.resolve({ kind: 'not_sent', cause: new Error('away') })
        : remove.apply(chat.platform, args)
    const { house, pia, thread, message } = await answered({ chat })
    await readAloud(house, thread)
    await settled(house, 2)
    isLimited = true
    await pia.regenerate(answerIn(house, thread), thread)
    await settled(house, 3)
    isLimited = false
    await pia.remove(message, thread)
    await vi.waitFor(
      () => expect(house.chat.visible().filter((one) => one.thread === thread)).toEqual([]),
      soon,
    )
  })
})

describe('Stop', () => {
  it('ends one’s own, whatever of others was begun after it', async () => {
    const { house, pia, thread } = await answered()
    const voice = slowVoice(house)
    await pia.command('speak', { text: 'mine' }, thread)
    await voice.begun(1)
    await talk(house, person('max')).command('speak', { text: 'his' }, thread)
    await voice.begun(2)
    await pia.stop(thread)
    await vi.waitFor(() => expect(voice.aborted()).toEqual([true, false]), soon)
    await nothingMore(house)
    expect(texts(house).join()).not.toMatch('Only the person who asked')
    await pia.stop(thread)
    await shows(house, 'Only the person who asked')
    expect(voice.aborted()).toEqual([true, false])
  })

  it('in the channel means one’s own text that is read aloud rather than another’s answer', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    const first = await house.model.next()
    first.say('The answer.')
    first.end()
    await settled(house, 1)
    const voice = slowVoice(house)
    await readAloud(house, thread, { by: person('pia') })
    await voice.begun(1)
    await talk(house, person('max')).say('Another?')
    const second = await house.model.next()
    second.say('Half')
    await shows(house, 'Half')
    await pia.command('stop', {}, '')
    await shows(house, 'Stopped.')
    expect([voice.aborted(), second.aborted.aborted]).toEqual([[true], false])
    second.end()
  })
})

it('an answer that can’t be written again goes on being read', async () => {
  const { house, pia, thread } = await answered()
  const voice = slowVoice(house)
  await readAloud(house, thread)
  await voice.begun(1)
  house.model.always(() => {
    throw down
  })
  await pia.regenerate(answerIn(house, thread), thread)
  await settled(house, 2)
  expect(voice.aborted()).toEqual([false])
  voice.asked[0]?.go()
  await settled(house, 3)
  expect(sounds(house)).toBe(1)
})

it('an answer that was heard is not read again by the same person’s reaction, and is by another’s, or a press', async () => {
  const { house, thread } = await answered()
  house.scripted.speaks(() => {
    throw down
  })
  await readAloud(house, thread, { quiet: true })
  await settled(house, 2)
  expect(sounds(house)).toBe(0)
  house.scripted.speaks(async () => new TextEncoder().encode('sound'))
  await readAloud(house, thread, { quiet: true })
  await heard(house, 1)
  await settled(house, 3)
  await readAloud(house, thread, { quiet: true })
  await nothingMore(house)
  expect(sounds(house)).toBe(1)
  await readAloud(house, thread)
  await heard(house, 2)
  await readAloud(house, thread, { quiet: true, by: person('bob') })
  await heard(house, 3)
})

describe('what can’t be read aloud is told in words about that', () => {
  it('where the answer has no words', async () => {
    const house = await openHouse()
    await talk(house).command('image', { prompt: 'a cat' })
    await settled(house, 1)
    const { id, thread } = house.chat.visible().find(({ part }) => part.file?.kind === 'picture')!
    await readAloud(house, thread ?? '', { answer: { channel: 'general', id } } as Partial<InboundEvent>)
    await shows(house, 'There are no words in that answer')
  })

  it('where the answer is forgotten', async () => {
    const { house, thread } = await answered()
    const answer = { channel: 'general', id: 'nobody knows it' }
    await readAloud(house, thread, { answer } as Partial<InboundEvent>)
    await shows(house, 'so I can’t read it aloud')
  })
})
