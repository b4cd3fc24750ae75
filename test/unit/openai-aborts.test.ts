import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { never } from '../contract/model.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { hold, serverError, text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  const clock = simulatedClock()
  const openai = () => openAiAt(fake.url, api, { clock })

  test('an abort before the server answers settles at once', async () => {
    fake.next({ kind: 'hang' })
    const stop = new AbortController()
    const hearing = hear(openai(), asking('Hi'), stop.signal)
    const received = await fake.arrival(1)
    stop.abort()
    // Of all that waits, only what needs no time and no server is through after this.
    await clock.flush()
    await expect(Promise.race([hearing, Promise.resolve('still waiting')])).resolves.toMatchObject({
      events: [],
      error: { kind: 'aborted' },
    })
    await expect(received.closed).resolves.toBe('aborted')
  })

  test('a reader that leaves in the middle ends the request', async () => {
    fake.next({ beats: [...text('Once'), hold().beat] })
    for await (const event of openai().model.reply(asking('Hi'), never())) {
      if (event.kind === 'text') break
    }
    await expect((await fake.arrival(1)).closed).resolves.toBe('aborted')
  })

  test('an abort during the pause before another try settles at once', async () => {
    fake.always({ ...serverError(), headers: { 'retry-after': '10' } })
    const stop = new AbortController()
    const hearing = hear(openai(), asking('Hi'), stop.signal)
    await (await fake.arrival(1)).closed
    stop.abort()
    expect(await hearing).toMatchObject({ error: { kind: 'aborted' } })
    expect(fake.ledger).toHaveLength(1)
  })

  test('an answer that is complete leaves its connection for the next', async () => {
    await hear(openAiAt(fake.url, api), asking('One'))
    await expect(fake.ledger[0]?.closed).resolves.toBe('finished')
  })
})
