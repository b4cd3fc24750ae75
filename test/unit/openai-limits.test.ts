import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { watchCall } from '../../adapters/openai/watch.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { hold, serverError, text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
// Loaded here, so that the limits below are the server's alone.
beforeAll(async () => void (await import('openai/client')))
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  test('a server that never answers times out', async () => {
    fake.next({ kind: 'hang' })
    const openai = openAiAt(fake.url, api, { timeouts: { firstEventMs: 50 } })
    const { error, events } = await hear(openai, asking('Hi'))
    expect(events).toEqual([])
    expect(error).toMatchObject({ kind: 'timeout' })
    await expect((await fake.arrival(1)).closed).resolves.toBe('aborted')
  })

  test('retries count towards the limit of the first event', async () => {
    fake.always({ ...serverError(), headers: { 'retry-after': '10' } })
    const openai = openAiAt(fake.url, api, { timeouts: { firstEventMs: 50 } })
    expect(await hear(openai, asking('Hi'))).toMatchObject({ error: { kind: 'timeout' } })
    expect(fake.ledger).toHaveLength(1)
  })

  test('an answer that falls silent times out and keeps what came', async () => {
    fake.next({ beats: [...text('So ', 'far'), hold().beat] })
    const openai = openAiAt(fake.url, api, { timeouts: { silenceMs: 50 } })
    expect(await hear(openai, asking('Hi'))).toMatchObject({ text: 'So far', error: { kind: 'timeout' } })
    await expect((await fake.arrival(1)).closed).resolves.toBe('aborted')
  })

  test('a slow answer that keeps coming does not time out', async () => {
    fake.next({
      beats: text('a', 'b', 'c', 'd', 'e', 'f').flatMap((beat) => [{ kind: 'pause' as const, ms: 60 }, beat]),
    })
    const openai = openAiAt(fake.url, api, { timeouts: { firstEventMs: 1000, silenceMs: 300 } })
    expect(await hear(openai, asking('Hi'))).toMatchObject({ text: 'abcdef', error: null })
  })

  test('an abort before the server answers settles at once', async () => {
    fake.next({ kind: 'hang' })
    const stop = new AbortController()
    const hearing = hear(openAiAt(fake.url, api), asking('Hi'), stop.signal)
    const received = await fake.arrival(1)
    const begin = performance.now()
    stop.abort()
    expect(await hearing).toMatchObject({ events: [], error: { kind: 'aborted' } })
    expect(performance.now() - begin).toBeLessThan(100)
    await expect(received.closed).resolves.toBe('aborted')
  })

  test('an abort in the middle reaches the server', async () => {
    fake.next({ beats: [...text('Once'), hold().beat] })
    const stop = new AbortController()
    for await (const event of openAiAt(fake.url, api).model.reply(
      asking('Hi'),
      new AbortController().signal,
    )) {
      if (event.kind === 'text') break
    }
    await expect((await fake.arrival(1)).closed).resolves.toBe('aborted')
    stop.abort()
  })

  test('an abort during the pause before a retry settles at once', async () => {
    fake.always({ ...serverError(), headers: { 'retry-after': '10' } })
    const stop = new AbortController()
    const hearing = hear(openAiAt(fake.url, api), asking('Hi'), stop.signal)
    await (await fake.arrival(1)).closed
    stop.abort()
    expect(await hearing).toMatchObject({ error: { kind: 'aborted' } })
    expect(fake.ledger).toHaveLength(1)
  })

  test('an answer that is complete leaves its connection for the next', async () => {
    const openai = openAiAt(fake.url, api)
    await hear(openai, asking('One'))
    await expect(fake.ledger[0]?.closed).resolves.toBe('finished')
  })
})

describe('the watch over a call', () => {
  const late = () => new ModelError('timeout', 'Too late.')
  const hang = () => new Promise<never>(() => {})

  test('interrupts a wait that follows at once on another', async () => {
    const stop = new AbortController()
    const watch = watchCall(stop.signal, simulatedClock(), late)
    await watch.wait(Promise.resolve())
    const waiting = watch.wait(hang())
    await Promise.resolve()
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' })
    expect(watch.signal.aborted).toBe(true)
  })

  test('moves its limit with each event', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(100)
    await clock.advance(90)
    watch.allow(100)
    await clock.advance(90)
    await expect(watch.wait(Promise.resolve('on time'))).resolves.toBe('on time')
    const waiting = watch.wait(hang())
    const failed = expect(waiting).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(10)
    await failed
  })

  test('takes a shorter limit at its word', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(10_000)
    watch.allow(10)
    const failed = expect(watch.wait(hang())).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(10)
    await failed
  })

  test('leaves no sleeper behind when it is closed', async () => {
    const clock = simulatedClock()
    const watch = watchCall(new AbortController().signal, clock, late)
    watch.allow(100)
    watch.close()
    await clock.flush()
    expect(clock.sleepers()).toBe(0)
  })
})
