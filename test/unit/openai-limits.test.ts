import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connect, defaultTimeouts } from '../../adapters/openai/connection.ts'
import { endpointAt } from '../../adapters/openai/endpoint.ts'
import { openAiModel } from '../../adapters/openai/model.ts'
import { patience } from '../../adapters/openai/patience.ts'
import { responsesReader } from '../../adapters/openai/responses-events.ts'
import { signsOf } from '../../adapters/openai/responses-stream.ts'
import type { ModelEvent } from '../../src/ports/model.ts'
import { never } from '../contract/model.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { hold, serverError, text } from '../fakes/openai/script.ts'

/** Each so long that no machine is slow enough to meet it in real time: only the simulated clock gets there. */
const limits = { headersMs: 300_000, thinkingMs: 3_000_000, silenceMs: 600_000 }

let fake: OpenAiFake
let clock: SimulatedClock
beforeEach(async () => {
  fake = await startOpenAiFake()
  clock = simulatedClock()
})
afterEach(() => fake.close())

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  const openai = () => openAiAt(fake.url, api, { clock, timeouts: limits })
  const toAgree = api === 'responses' ? limits.headersMs : limits.thinkingMs

  test('a server that never answers times out at its limit', async () => {
    fake.next({ kind: 'hang' })
    const hearing = hear(openai(), asking('Hi'))
    const received = await fake.arrival(1)
    await stillWaitsFor(hearing, toAgree - 1)
    await clock.advance(1)
    expect(await hearing).toMatchObject({ events: [], error: { kind: 'timeout' } })
    await expect(received.closed).resolves.toBe('aborted')
  })

  test('tries again count towards that limit', async () => {
    fake.always({ ...serverError(), headers: { 'retry-after': '10' } })
    const hearing = hear(openai(), asking('Hi'))
    await (await fake.arrival(1)).closed
    await clock.advance(toAgree)
    expect(await hearing).toMatchObject({ error: { kind: 'timeout' } })
    expect(fake.ledger).toHaveLength(1)
  })

  test('loading the SDK does not', async () => {
    const endpoint = endpointAt(fake.url, null, clock)
    const timeouts = { ...defaultTimeouts(false), ...limits }
    const connection = connect(endpoint, null, timeouts, pino({ level: 'silent' }))
    const slow = async (signal: AbortSignal) => {
      await clock.sleep(2 * toAgree, signal)
      return connection.client(signal)
    }
    fake.next({ beats: text('Here I am') })
    const model = openAiModel({ ...connection, client: slow }, api)
    const hearing = hear({ model }, asking('Hi'))
    await clock.advance(2 * toAgree)
    expect(await hearing).toMatchObject({ text: 'Here I am', error: null })
  })

  test('a model may think for long before its first words, and in silence', async () => {
    const thinking = hold()
    fake.next({ beats: [thinking.beat, ...text('At last')] })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await expect(answer.next()).resolves.toMatchObject({ value: { kind: 'started' } })
    const words = answer.next()
    await stillWaitsFor(words, limits.thinkingMs - 1)
    thinking.open()
    await expect(words).resolves.toMatchObject({ value: { kind: 'text', delta: 'At last' } })
    await answer.return?.()
  })

  test('thinking has a limit too', async () => {
    fake.next({ beats: [hold().beat] })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await answer.next()
    const late = expect(answer.next()).rejects.toMatchObject({ kind: 'timeout' })
    await runsOut(late)
  })

  test('words that stop coming time out sooner', async () => {
    fake.next({ beats: [...text('So ', 'far'), hold().beat] })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await upTo(answer, 'far')
    const next = answer.next()
    const late = expect(next).rejects.toMatchObject({ kind: 'timeout' })
    await stillWaitsFor(next, limits.silenceMs - 1)
    await clock.advance(1)
    await late
    await expect((await fake.arrival(1)).closed).resolves.toBe('aborted')
  })

  test('reasoning between words may take its time again', async () => {
    const thinking = hold()
    const reasoning = { kind: 'reasoning', text: 'Hm. ' } as const
    fake.next({ beats: [...text('First'), reasoning, thinking.beat, ...text('Second')] })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await upTo(answer, 'First')
    await expect(answer.next()).resolves.toMatchObject({ value: { kind: 'reasoning' } })
    const words = answer.next()
    await stillWaitsFor(words, limits.thinkingMs - 1)
    thinking.open()
    await expect(words).resolves.toMatchObject({ value: { delta: 'Second' } })
    await answer.return?.()
  })

  test('a slow answer that keeps coming does not time out', async () => {
    const letters = ['a', 'b', 'c', 'd'].map((letter) => ({ letter, gate: hold() }))
    fake.next({ beats: letters.flatMap(({ letter, gate }) => [gate.beat, ...text(letter)]) })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await answer.next()
    for (const { letter, gate } of letters) {
      const next = answer.next()
      await clock.advance(limits.silenceMs - 1)
      gate.open()
      await expect(next).resolves.toMatchObject({ value: { delta: letter } })
    }
    await expect(answer.next()).resolves.toMatchObject({ value: { kind: 'end' } })
  })

  test('a reader that takes its time is not the server’s silence', async () => {
    const more = hold()
    fake.next({ beats: [...text('One'), more.beat, ...text('Two')] })
    const answer = openai().model.reply(asking('Hi'), never())[Symbol.asyncIterator]()
    await upTo(answer, 'One')
    more.open()
    await clock.advance(10 * limits.thinkingMs)
    await expect(answer.next()).resolves.toMatchObject({ value: { delta: 'Two' } })
    await answer.return?.()
  })
})

describe('the patience with Responses', () => {
  const item = (type: string) => ({ type: 'response.output_item.added', item: { type } })
  const words = { type: 'response.output_text.delta', delta: 'Let me look.' }
  const limitFollowing = (...events: readonly object[]): number => {
    const [read, limitAfter] = [responsesReader(), patience(limits)]
    return events.map((event) => limitAfter(signsOf(read(event as never)))).at(-1) ?? 0
  }

  test.each(['reasoning', 'web_search_call', 'image_generation_call'])('grows when %s begins', (type) => {
    expect(limitFollowing(words, item(type))).toBe(limits.thinkingMs)
  })

  test('stays with the words where the next message or bookkeeping follows', () => {
    expect(limitFollowing(words, { type: 'response.output_text.done' })).toBe(limits.silenceMs)
    expect(limitFollowing(words, item('message'))).toBe(limits.silenceMs)
  })
})

async function upTo(answer: AsyncIterator<ModelEvent>, words: string): Promise<void> {
  for (let heard = ''; !heard.endsWith(words); ) {
    const { value, done } = await answer.next()
    if (done) throw new Error(`The answer ended before “${words}”`)
    if (value.kind === 'text') heard += value.delta
  }
}

/** What was on its way when the waiting began may set a limit anew, so it may take more than one. */
async function runsOut(promise: Promise<unknown>): Promise<void> {
  let waiting = true
  const settle = (): void => {
    waiting = false
  }
  promise.then(settle, settle)
  while (waiting) await clock.advance(limits.thinkingMs)
  await promise
}

/** Lets `ms` pass; throws when `promise` settles before they are over. */
async function stillWaitsFor(promise: Promise<unknown>, ms: number): Promise<void> {
  let settled = false
  const settle = (): void => {
    settled = true
  }
  promise.then(settle, settle)
  await clock.advance(ms)
  expect(settled, `settled within ${ms} ms`).toBe(false)
}
