import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createMediaTools } from '../../adapters/media/media-tools.ts'
import { rehearsalSpeaker } from '../../adapters/rehearsal/speaker.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { MediaTools } from '../../src/ports/media-tools.ts'
import type { SpeakWish } from '../../src/speech/speaking.ts'
import { secondsOf, soundOf } from '../fakes/openai/sounds.ts'
import { openSpeechWorld, type SpeechWorld } from './speech-world.ts'

/** With the tools that decode and join. */
let tools: MediaTools
let world: SpeechWorld
beforeAll(() => {
  tools = createMediaTools({ clock: systemClock(), log: silentLog() })
})
afterAll(() => tools.close())
beforeEach(async () => {
  world = await openSpeechWorld(tools)
  world.answer = async ({ format, text }) => new Blob([new Uint8Array(soundOf(format, text))]).stream()
})
afterEach(() => world.close())

const how = {
  id: 'try',
  payer: { spender: { platform: 'chat', workspace: 'w', channel: 'c', person: 'pia' } },
  signal: new AbortController().signal,
}
const speak = (text: string, as: SpeakWish['as']) => {
  const voice = { name: 'marin', format: 'mp3', speed: null, instructions: null } as const
  return world.speaking.speak({ text, voice, as }, how)
}

/** Two pieces. */
const text = 'This is one sentence of many. '.repeat(150).trim()

it.each([
  ['mp3', 'audio/mpeg', 'speech.mp3'],
  ['opus', 'audio/ogg', 'speech.ogg'],
  ['aac', 'audio/aac', 'speech.aac'],
  ['flac', 'audio/flac', 'speech.flac'],
  ['wav', 'audio/wav', 'speech.wav'],
  ['pcm', 'audio/pcm', 'speech.pcm'],
] as const)(
  'joins the pieces of a long text into one valid %s',
  { timeout: 30_000 },
  async (as, type, name) => {
    const { kept } = await speak(text, as)
    expect(world.asked).toHaveLength(2)
    expect(kept.about).toMatchObject({ type, name })
    const seconds = world.asked.reduce((sum, piece) => sum + secondsOf(piece.text), 0)
    expect(Math.abs((kept.about.seconds ?? 0) - seconds)).toBeLessThan(0.3)
  },
)

it('makes a voice message whose waveform follows the loudness', { timeout: 30_000 }, async () => {
  const { kept } = await speak('A voice message of some length, for all to hear.', 'voice')
  expect(kept.about).toMatchObject({ type: 'audio/ogg' })
  const wave = [...Buffer.from(kept.about.waveform ?? '', 'base64')]
  const middle = Math.floor(wave.length / 2)
  expect(wave.length).toBeGreaterThan(2)
  expect(wave[middle]).toBeGreaterThan(wave[0] ?? 255)
  expect(wave[middle]).toBeGreaterThan(wave.at(-1) ?? 255)
})

it('hums in rehearsal too, and names a file by what it is', { timeout: 30_000 }, async () => {
  const rehearsal = rehearsalSpeaker()
  world.answer = (request, signal) => rehearsal.speak(request, signal)
  const { kept } = await speak('Hello there, how are you?', 'mp3')
  const isConverted = (await tools.ffmpeg()) !== null
  expect(kept.about).toMatchObject(
    isConverted ? { type: 'audio/mpeg', name: 'speech.mp3' } : { type: 'audio/wav', name: 'speech.wav' },
  )
  expect((await speak('Hello there, how are you?', 'voice')).kept.about.waveform).toBeDefined()
})
