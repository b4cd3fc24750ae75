import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { startDiscordFake } from '../test/fakes/discord/discord-fake.ts'
import { soundOf } from '../test/fakes/openai/sounds.ts'
import { runProgram } from './child.ts'
import { soundFile } from './media-files.ts'
import { startPacedModel } from './paced-model.ts'

export interface MediaLoad {
  /** Megabytes above what it held before, at the peak. */
  readonly growthMb: number
  readonly familyGrowthMb: number
  /** From the button to the voice message at Discord, without the time that the model spoke. */
  readonly voiceMs: readonly number[]
}

const MAIN = new URL('../src/main.ts', import.meta.url).pathname
/** 1,000 characters. */
const PACE = { tokens: 235, tokensPerSecond: 1_000, firstTokenMs: 10, numbered: true } as const
/** The round trip to Discord. */
const LATENCY_MS = { least: 40, most: 60 }
const SPEECH_MS = 1_000
const PATIENCE_MS = 60_000
const SAMPLE_MS = 10

/** The real program in a process of its own, between Discord's fake and a model that hears and speaks. */
export async function loadMedia(spoken: number): Promise<MediaLoad> {
  const speech = { askedAt: 0, endedAt: 0, heard: 0 }
  const model = await startPacedModel(PACE, (request, response) => other(request, response, speech))
  const discord = await startDiscordFake({
    latency: () => LATENCY_MS.least + Math.random() * (LATENCY_MS.most - LATENCY_MS.least),
  })
  const ann = discord.person({ name: 'Ann' })
  const child = runProgram(MAIN, {
    policy: 'budgets: off\n',
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      OPENAI_BASE_URL: model.url,
      OPENAI_API: 'responses',
      OPENAI_MODEL: 'paced',
    },
  })
  const answers = () =>
    discord
      .visible(ann.dm)
      .filter(({ fromBot, buttons }) => fromBot && buttons.some(({ label }) => label === 'Read aloud'))
  const hears = async (megabytes: number): Promise<void> => {
    const before = answers().length
    ann.sendsVoice(ann.dm, { bytes: soundFile(megabytes), seconds: 3 })
    await discord.until(() => answers().length > before, PATIENCE_MS)
  }
  try {
    await discord.until(() => discord.ledger.gateway.some(({ kind }) => kind === 'identify'), 15_000)
    // Loads what is loaded lazily.
    await hears(0.1)
    await pause(1_000)
    const before = child.residentMb()
    const peak = { ...before }
    const timer = setInterval(() => {
      const now = child.residentMb()
      peak.alone = Math.max(peak.alone, now.alone)
      peak.family = Math.max(peak.family, now.family)
    }, SAMPLE_MS)
    await hears(24.9)
    clearInterval(timer)
    return {
      growthMb: peak.alone - before.alone,
      familyGrowthMb: peak.family - before.family,
      voiceMs: await readAloud(spoken),
    }
  } finally {
    await child.end()
    await Promise.all([discord.close(), model.close()])
  }

  async function readAloud(times: number): Promise<number[]> {
    const took: number[] = []
    for (let i = 0; i <= times; i++) {
      const before = answers().length
      ann.says(ann.dm, `question ${i}`)
      await discord.until(() => answers().length > before, PATIENCE_MS)
      await pause(500)
      const answer = answers().at(-1)
      if (answer === undefined) throw new Error('no answer')
      const voices = () => discord.visible(ann.dm).filter(({ isVoice, fromBot }) => isVoice && fromBot).length
      const spoken = voices()
      const pressedAt = performance.now()
      ann.presses(answer, 'Read aloud')
      await discord.until(() => voices() > spoken, PATIENCE_MS)
      const whole = performance.now() - pressedAt
      // The same words are spoken once; the first time loads what is loaded lazily.
      if (i > 0 && speech.endedAt > pressedAt) took.push(whole - (speech.endedAt - speech.askedAt))
    }
    return took
  }
}

/** Hears at once whatever it is; speaks for a second. */
function other(
  request: IncomingMessage,
  response: ServerResponse,
  speech: { askedAt: number; endedAt: number; heard: number },
): boolean {
  const isSpeech = request.url?.endsWith('/audio/speech') === true
  if (!isSpeech && !request.url?.endsWith('/audio/transcriptions')) return false
  request.resume()
  if (isSpeech) speech.askedAt = performance.now()
  request.on('end', () => {
    if (!isSpeech) {
      const body = { text: `question ${1_000 + speech.heard++}`, languages: [{ code: 'en' }] }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
      return
    }
    setTimeout(() => {
      response.setHeader('content-type', 'audio/ogg')
      response.end(soundOf('opus', 'x'.repeat(1_000)), () => {
        speech.endedAt = performance.now()
      })
    }, SPEECH_MS)
  })
  return true
}
