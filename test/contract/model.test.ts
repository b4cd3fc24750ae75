import pino from 'pino'
import { createOpenAi } from '../../adapters/openai/openai.ts'
import { createRehearsal } from '../../adapters/rehearsal/rehearsal.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Beat, hold, text } from '../fakes/openai/script.ts'
import { describeModel, type ModelWorld, type Pace } from './model.ts'
import { describeSiblings } from './model-siblings.ts'

const log = pino({ level: 'silent' })

describeModel('rehearsal', async (pace) => {
  const { model } = createRehearsal({
    clock: systemClock(),
    tokensPerSecond: { quick: 100_000, steady: 200, endless: 2 }[pace],
    firstTokenMs: 1,
  })
  return { model, name: 'rehearsal', unknownName: null, close: async () => {} }
})
describeModel('openai, Responses', (pace) => openAiWorld('responses', pace))
describeModel('openai, Chat Completions', (pace) => openAiWorld('chat', pace))

async function openAiWorld(api: 'responses' | 'chat', pace: Pace): Promise<ModelWorld> {
  const fake = await startOpenAiFake({ key: 'sk-test' })
  if (pace === 'endless') fake.always({ beats: [...text('It ', 'begins'), hold().beat] })
  if (pace === 'steady') fake.always({ beats: steadily('One ', 'word ', 'after ', 'the other') })
  const { model } = createOpenAi({ apiKey: 'sk-test', baseUrl: fake.url, api, log, clock: systemClock() })
  return { model, name: 'gpt-6-luna', unknownName: 'gpt-nine', close: () => fake.close() }
}

const steadily = (...words: readonly string[]): Beat[] =>
  words.flatMap((word) => [...text(word), { kind: 'pause', ms: 20 } as const])

describeSiblings('rehearsal', async () => ({
  ...createRehearsal({ clock: systemClock(), tokensPerSecond: 100_000, firstTokenMs: 0 }),
  models: { transcribe: 'rehearsal', speech: 'rehearsal', embed: 'rehearsal', paint: 'rehearsal' },
  formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
  close: async () => {},
}))

describeSiblings('openai', async () => {
  const fake = await startOpenAiFake({ key: 'sk-test' })
  return {
    ...createOpenAi({ apiKey: 'sk-test', baseUrl: fake.url, api: 'auto', log, clock: systemClock() }),
    models: {
      transcribe: 'gpt-transcribe',
      speech: 'gpt-4o-mini-tts',
      embed: 'text-embedding-3-small',
      paint: 'gpt-image-2.5-flare',
    },
    formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
    close: () => fake.close(),
  }
})
