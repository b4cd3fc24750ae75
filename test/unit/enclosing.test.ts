import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEnclosing } from '../../src/conversation/enclosing.ts'
import { MediaError } from '../../src/ports/failure.ts'
import type { VoiceSettings } from '../../src/speech/speaking.ts'
import { openSpeechWorld, type SpeechWorld } from './speech-world.ts'

let world: SpeechWorld
beforeEach(async () => {
  world = await openSpeechWorld()
})
afterEach(() => world.close())

const voice: VoiceSettings = { name: 'marin', format: 'wav', speed: null, instructions: null }
const how = {
  id: 'turn:again',
  payer: { spender: { platform: 'chat', workspace: 'w', channel: 'c', person: 'pia' } },
}
const signal = new AbortController().signal

async function spoken() {
  const { kept } = await world.speaking.speak(
    { text: 'Hello', voice, as: 'voice' },
    { ...how, id: 'a', signal },
  )
  return { key: kept.key, instead: { text: 'Hello', voice, format: 'mp3' as const } }
}

it('opens what a former try made, without making it again', async () => {
  const enclosed = await spoken()
  const opened = await createEnclosing(world).open([enclosed], how)
  expect(opened).toMatchObject([
    {
      file: {
        ...{ kind: 'sound', id: `sound:${enclosed.key}`, name: 'voice-message.ogg', type: 'audio/ogg' },
        voice: { waveform: Uint8Array.of(0, 128, 255) },
      },
    },
  ])
  expect(await opened![0]!.file.body.text()).toBe('<Hello>')
  expect(world.asked).toHaveLength(1)
})

it('sends the same as an ordinary file where it is not taken as a voice message, and pays once', async () => {
  world.ffmpeg = '8.0'
  const opened = (await createEnclosing(world).open([await spoken()], how))!
  const plain = await opened[0]!.plain!(signal)
  expect(plain).toMatchObject({ name: 'speech.mp3', type: 'audio/mpeg', seconds: expect.any(Number) })
  expect(plain.voice).toBeUndefined()
  expect(await plain.body.text()).toBe('<Hello>')
  // A second try finds it made.
  world.convert = new Error('not again')
  expect(await opened[0]!.plain!(signal)).toMatchObject({ name: 'speech.mp3' })
  expect(world.bookings.map(({ id }) => id)).toEqual(['a'])
})

it('sends what lies there where it can not be converted, or opus will do', async () => {
  world.ffmpeg = '8.0'
  world.convert = new MediaError('failed', 'ffmpeg broke down.')
  const enclosed = await spoken()
  const opus = { ...enclosed, instead: { ...enclosed.instead, format: 'opus' as const } }
  for (const { plain } of (await createEnclosing(world).open([enclosed, opus], how))!) {
    const file = await plain!(signal)
    expect(file).toMatchObject({ name: 'speech.ogg', type: 'audio/ogg' })
    expect(file.voice).toBeUndefined()
  }
  expect(world.bookings.map(({ id }) => id)).toEqual(['a'])
})

it('speaks it once more where that takes ffmpeg, and there is none', async () => {
  const [first] = (await createEnclosing(world).open([await spoken()], how))!
  const plain = await first!.plain!(signal)
  expect(plain).toMatchObject({ name: 'speech.mp3', type: 'audio/mpeg' })
  expect(plain.voice).toBeUndefined()
  expect(world.bookings.map(({ id }) => id)).toEqual(['a', 'turn:again:plain:0'])
})

it('says when one of them is gone', async () => {
  expect(await createEnclosing(world).open([await spoken(), { key: 'gone' }], how)).toBeNull()
  expect(await createEnclosing(world).open([], how)).toEqual([])
})
