import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOpenAi, type OpenAi } from '../../adapters/openai/openai.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { ReplyRequest } from '../../src/ports/model.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Cut, type Script, text } from '../fakes/openai/script.ts'

const DELTAS = ['Grüße', ' aus', ' Köln', ' 🎉', ' – naïve', ' 👩‍🚀', ' 日本', ' ende.']
const WHOLE = DELTAS.join('')
const SILENCE_MS = 60
const AT_ONCE = 16
const FULL = process.env.PARLEY_FAULT === 'full'
/** A prime, so that a sample falls into events at different places. */
const STRIDE = FULL ? 1 : 61

const request: ReplyRequest = {
  model: 'gpt-6-luna',
  instructions: '',
  messages: [{ role: 'user', content: [{ kind: 'text', text: 'Hi' }] }],
  parameters: {},
}

interface Outcome {
  readonly text: string
  readonly ended: boolean
  readonly error: unknown
}

describe.each(['responses', 'chat'] as const)('a stream of %s that is cut', (api) => {
  let fake: OpenAiFake
  let openai: OpenAi
  let length: number
  beforeAll(async () => {
    fake = await startOpenAiFake()
    length = await bodyLength(fake, api)
    openai = createOpenAi({
      apiKey: null,
      baseUrl: fake.url,
      api,
      log: pino({ level: 'silent' }),
      clock: systemClock(),
    })
  })
  afterAll(() => fake.close())

  const limit = FULL ? 600_000 : 20_000

  test.each(['fin', 'rst'] as const)(
    'by %s at any byte is cut: a prefix, no end',
    async (by) => {
      await eachCut(fake, openai, length, by, ({ text, ended, error }, at) => {
        expectPrefix(text, at)
        expect(ended, `an end at byte ${at}`).toBe(false)
        expect(error, `at byte ${at}`).toMatchObject({ kind: 'cut' })
      })
    },
    limit,
  )

  test(
    'by silence at any byte times out: a prefix, no end',
    async () => {
      const late = createOpenAi({
        apiKey: null,
        baseUrl: fake.url,
        api,
        log: pino({ level: 'silent' }),
        clock: systemClock(),
        // All of them: a cut may come before the first event, or before the first word.
        timeouts: { headersMs: 500, thinkingMs: 150, silenceMs: SILENCE_MS },
      })
      await eachCut(fake, late, length, 'silence', ({ text, ended, error }, at) => {
        expectPrefix(text, at)
        expect(ended, `an end at byte ${at}`).toBe(false)
        expect(error, `at byte ${at}`).toMatchObject({ kind: 'timeout' })
      })
    },
    limit,
  )

  test(
    'by a proper close at any byte ends only when all of the text is there',
    async () => {
      await eachCut(fake, openai, length, 'end', ({ text, ended, error }, at) => {
        expectPrefix(text, at)
        if (ended) expect(text, `at byte ${at}`).toBe(WHOLE)
        else expect(error, `at byte ${at}`).toMatchObject({ kind: 'cut' })
      })
    },
    limit,
  )

  test('and one that is not cut ends', async () => {
    fake.always(script())
    expect(await outcome(openai)).toEqual({ text: WHOLE, ended: true, error: null })
  })
})

function script(cut?: Cut): Script {
  // Not counted, so that the body is as long for every prompt.
  const usage = { input: 10, cached: 0, output: 10, reasoning: 0 }
  return { beats: text(...DELTAS), usage, ...(cut !== undefined && { cut }) }
}

function expectPrefix(shown: string, at: number): void {
  expect(WHOLE.startsWith(shown), `“${shown}” at byte ${at}`).toBe(true)
  expect(shown).not.toContain('�')
  expect(shown.isWellFormed()).toBe(true)
}

async function eachCut(
  fake: OpenAiFake,
  openai: OpenAi,
  length: number,
  by: Cut['by'],
  judge: (outcome: Outcome, at: number) => void,
): Promise<void> {
  const places = Array.from({ length }, (_, at) => at).filter((at) => at % STRIDE === 0 || at > length - 4)
  for (let first = 0; first < places.length; first += AT_ONCE) {
    const batch = places.slice(first, first + AT_ONCE)
    // Which request gets which cut is open, so each is told apart by its user's words.
    fake.always((received) => script({ at: Number(JSON.stringify(received.body).match(/#(\d+)/)?.[1]), by }))
    const outcomes = await Promise.all(batch.map((at) => outcome(openai, `#${at}`)))
    for (const [index, at] of batch.entries()) judge(outcomes[index] as Outcome, at)
  }
}

async function outcome(openai: OpenAi, words = 'Hi'): Promise<Outcome> {
  let shown = ''
  let ended = false
  try {
    const asked: ReplyRequest = {
      ...request,
      messages: [{ role: 'user', content: [{ kind: 'text', text: words }] }],
    }
    for await (const event of openai.model.reply(asked, new AbortController().signal)) {
      if (event.kind === 'text') shown += event.delta
      if (event.kind === 'end') ended = true
    }
    return { text: shown, ended, error: null }
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError)
    return { text: shown, ended, error }
  }
}

async function bodyLength(fake: OpenAiFake, api: 'responses' | 'chat'): Promise<number> {
  fake.next(script())
  const common = { model: request.model, stream: true }
  const prompt = [{ role: 'user', content: '#1000' }]
  const [path, body] =
    api === 'responses'
      ? ['responses', { ...common, input: prompt }]
      : ['chat/completions', { ...common, messages: prompt, stream_options: { include_usage: true } }]
  const response = await fetch(`${fake.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.bytes()).length
}
