import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MediaError, ModelError } from '../../src/ports/failure.ts'
import type { SpeakWish, VoiceSettings } from '../../src/speech/speaking.ts'
import { openSpeechWorld, type SpeechWorld } from './speech-world.ts'

let world: SpeechWorld
beforeEach(async () => {
  world = await openSpeechWorld()
})
afterEach(() => world.close())

const voice: VoiceSettings = { name: 'marin', format: 'mp3', speed: null, instructions: null }
const payer = { spender: { platform: 'chat', workspace: 'w', channel: 'c', person: 'pia' } }
const how = (signal = new AbortController().signal, id = 'try') => ({ id, payer, signal })
const wish = (text: string, more: Partial<SpeakWish> = {}): SpeakWish => ({ text, voice, as: 'mp3', ...more })

/** Six pieces; the words tell them apart. */
const long = Array.from({ length: 2_600 }, (_, index) => `w${index}.`).join(' ')

it('speaks a text as its Markdown means it, and keeps it', async () => {
  const { kept, cut } = await world.speaking.speak(wish('# Hello\n\n**you**'), how())
  expect(await kept.body.text()).toBe('<Hello.\nyou>')
  expect(cut).toBe(false)
  expect(kept.about).toEqual({
    ...{ kind: 'sound', name: 'speech.mp3', type: 'audio/mpeg', seconds: 0.8 },
    description: 'Read aloud: Hello. you',
  })
  expect(world.asked).toEqual([{ model: 'tts', text: 'Hello.\nyou', voice: 'marin', format: 'mp3' }])
  expect(world.bookings).toEqual([{ id: 'try', settled: { kind: 'speech', characters: 10 } }])
})

it('asks for nothing twice, but for another voice, speed, manner or format', async () => {
  const others: Partial<SpeakWish>[] = [
    {},
    { as: 'wav' },
    { as: 'voice' },
    { voice: { ...voice, name: 'cedar' } },
    { voice: { ...voice, speed: 2 } },
    { voice: { ...voice, instructions: 'Whisper.' } },
  ]
  for (const other of [...others, ...others]) await world.speaking.speak(wish('Hello', other), how())
  expect(world.asked).toHaveLength(others.length)
  expect(world.asked.at(-1)).toMatchObject({ instructions: 'Whisper.' })
  expect(world.bookings).toHaveLength(others.length)
})

it('keeps what is its payer’s own apart from what others had spoken', async () => {
  const of = (person: string, isOwn?: boolean) => ({
    ...how(),
    payer: { spender: { ...payer.spender, person } },
    ...(isOwn && { isOwn }),
  })
  for (const one of [of('ann', true), of('bob', true), of('ann', true), of('ann')])
    await world.speaking.speak(wish('Hello'), one)
  expect(world.asked).toHaveLength(3)
})

it('speaks pieces side by side, at most four at once, and joins them in order', async () => {
  let [now, most] = [0, 0]
  world.answer = async ({ text }) => {
    most = Math.max(most, ++now)
    // The first ones take longest.
    await later(Math.max(1, 20 - world.asked.length * 3))
    now--
    return new Blob([` ${text}`]).stream()
  }
  const { kept } = await world.speaking.speak(wish(long), how())
  // A line of more than a screen is read in several: a breath between two sentences.
  expect((await kept.body.text()).trim().replaceAll(/\s+/g, ' ') === long).toBe(true)
  expect(world.asked.length).toBeGreaterThan(3)
  expect(most).toBe(4)
  expect(world.asked.every(({ text }) => text.length <= 4_096)).toBe(true)
})

it('speaks the beginning of what is too long, and says so', async () => {
  const { kept, cut } = await world.speaking.speak(wish('A sentence. '.repeat(5_000)), how())
  expect(cut).toBe(true)
  expect(kept.size).toBeLessThan(20_100)
  expect(await kept.body.text()).toMatch(/A sentence\.>$/)
})

it('makes a voice message of what the model sends', async () => {
  const { kept } = await world.speaking.speak(wish('Hello', { as: 'voice' }), how())
  expect(world.asked[0]).toMatchObject({ format: 'opus' })
  expect(kept.about).toMatchObject({ name: 'voice-message.ogg', type: 'audio/ogg', waveform: 'AID/' })
})

it('keeps an ordinary file where no voice message can be made of it', async () => {
  world.voiceMessage = new MediaError('unsupported', 'this takes ffmpeg')
  const { kept } = await world.speaking.speak(wish('Hello', { as: 'voice' }), how())
  expect(kept.about).toMatchObject({ name: 'speech.ogg', type: 'audio/ogg' })
  expect(kept.about.waveform).toBeUndefined()
})

it('passes on what the tools say of broken sounds', async () => {
  world.voiceMessage = new MediaError('broken', 'it is damaged')
  const speaking = world.speaking.speak(wish('Hello', { as: 'voice' }), how())
  await expect(speaking).rejects.toMatchObject({ kind: 'broken' })
})

it('says in words that there is nothing to say, and asks nobody', async () => {
  const speaking = world.speaking.speak(wish('```\ncode\n```'), how())
  await expect(speaking).rejects.toMatchObject({ kind: 'no_words', words: expect.stringMatching(/no words/) })
  expect(world.wished).toEqual([])
})

it('speaks nothing that is not paid for', async () => {
  world.refusal = 'Your budget is spent.'
  const speaking = world.speaking.speak(wish('Hello'), how())
  await expect(speaking).rejects.toMatchObject({ kind: 'budget', words: 'Your budget is spent.' })
  expect(world.asked).toEqual([])
})

it('tells which voices and formats there are when the provider refuses one', async () => {
  world.answer = async () => {
    throw new ModelError('bad_request', 'There is no voice `marinn`.', { requestId: 'req_1' })
  }
  await expect(world.speaking.speak(wish('Hello'), how())).rejects.toMatchObject({
    ...{ kind: 'bad_request', requestId: 'req_1' },
    words: expect.stringMatching(/^There is no voice `marinn`\. .*marin, .*mp3, opus/),
  })
  expect(world.bookings).toEqual([{ id: 'try', released: true }])
})

it('does not take silence for speech', async () => {
  world.answer = async () => new Blob([]).stream()
  await expect(world.speaking.speak(wish('Hello'), how())).rejects.toMatchObject({ kind: 'server' })
})

it('ends all when one piece fails, pays for what was reached, and leaves nothing behind', async () => {
  const signals: AbortSignal[] = []
  world.answer = async ({ text }, signal) => {
    signals.push(signal)
    if (signals.length === 4) throw new ModelError('server', 'It is down.')
    return hanging(text, signal)
  }
  await expect(world.speaking.speak(wish(long), how())).rejects.toMatchObject({ kind: 'server' })
  expect(signals).toHaveLength(4)
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
  const characters = world.asked.slice(0, 3).reduce((sum, { text }) => sum + text.length, 0)
  expect(world.bookings).toEqual([{ id: 'try', settled: { kind: 'speech', characters } }])
  expect(await leftovers()).toEqual([])
})

it('is paid for from the moment it is asked for, though a Stop comes before any sound', async () => {
  const asked = Promise.withResolvers<void>()
  world.answer = (_, signal) =>
    new Promise((_resolve, reject) => {
      asked.resolve()
      signal.addEventListener('abort', () => reject(new ModelError('aborted', 'stopped')))
    })
  const stop = new AbortController()
  const speaking = world.speaking.speak(wish('Hello'), how(stop.signal))
  await asked.promise
  stop.abort(new Error('stopped'))
  await expect(speaking).rejects.toThrow('stopped')
  await expect
    .poll(() => world.bookings)
    .toEqual([{ id: 'try', settled: { kind: 'speech', characters: world.asked[0]?.text.length } }])
})

it('Stop ends every call at once', async () => {
  const signals: AbortSignal[] = []
  const four = Promise.withResolvers<void>()
  world.answer = async ({ text }, signal) => {
    if (signals.push(signal) === 4) four.resolve()
    return hanging(text, signal)
  }
  const stop = new AbortController()
  const speaking = world.speaking.speak(wish(long), how(stop.signal))
  await four.promise
  stop.abort(new Error('stopped'))
  await expect(speaking).rejects.toThrow('stopped')
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
  await expect.poll(leftovers).toEqual([])
  expect(world.bookings).toHaveLength(1)
})

it('two who want the same at once wait for one call; one may leave without the other', async () => {
  const gate = Promise.withResolvers<void>()
  world.answer = async ({ text }) => {
    await gate.promise
    return new Blob([text]).stream()
  }
  const stop = new AbortController()
  const [one, other] = [stop.signal, undefined].map((signal) =>
    world.speaking.speak(wish('Hello'), how(signal)),
  )
  await expect.poll(() => world.asked.length).toBe(1)
  stop.abort(new Error('stopped'))
  await expect(one).rejects.toThrow('stopped')
  gate.resolve()
  expect(await (await other!).kept.body.text()).toBe('Hello')
  expect(world.asked).toHaveLength(1)
})

it('waits for no voice for longer than ten minutes', async () => {
  world.answer = async ({ text }, signal) => hanging(text, signal)
  const speaking = world.speaking.speak(wish('Hello'), how())
  const ended = expect(speaking).rejects.toMatchObject({ kind: 'timeout' })
  await expect.poll(() => world.asked.length).toBe(1)
  await world.clock.advance(10 * 60_000)
  await ended
})

const leftovers = () => scratchFolders()

async function scratchFolders(): Promise<string[]> {
  const [own] = await readdir(join(world.dir, 'scratch'))
  return own === undefined ? [] : readdir(join(world.dir, 'scratch', own))
}

/** Begins, and then says nothing more until it is called off. */
function hanging(text: string, signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(text))
      signal.addEventListener('abort', () => controller.error(signal.reason), { once: true })
    },
  })
}

it('says so, and buys nothing, while the disk has no room for what others speak and read', async () => {
  const others = world.disk.enter()
  others.reach(2_000_000_000)
  await expect(world.speaking.speak(wish('Hello'), how())).rejects.toThrow('in a moment')
  expect(world.wished).toEqual([])
  others.leave()
  await world.speaking.speak(wish('Hello'), how())
  expect(world.disk.enter().reach(2_000_000_000)).toBe(true)
})

it('ends when a voice sends more than the disk has room for', async () => {
  const others = world.disk.enter()
  others.reach(2_000_000_000 - 1_000_000)
  world.answer = async () => new Blob([new Uint8Array(400_000)]).stream()
  await expect(world.speaking.speak(wish('Hello'), how())).rejects.toThrow('in a moment')
  expect(world.disk.enter().reach(1_000_000)).toBe(true)
})
