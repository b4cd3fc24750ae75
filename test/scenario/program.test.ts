import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { visit } from '../fakes/visitor.ts'
import { temporaryDirectory } from './house.ts'

const key = 'sk-canary-5f2b8c'
const soon = { timeout: 10_000, interval: 10 }

/** The real program on the real SDK, with the fake in OpenAI's place. */
async function world(api: 'responses' | 'chat') {
  const fake = await startOpenAiFake({ key })
  onTestFinished(() => fake.close())
  const directory = temporaryDirectory()
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: fake.url, OPENAI_API: api }
  const start = () => startProgram({ directory, env })
  let program: Program = await start()
  onTestFinished(async () => void (await program.kill('SIGKILL')))
  return {
    fake,
    pia: visit(() => program.url),
    url: () => program.url,
    output: () => program.output(),
    async restart(signal: NodeJS.Signals) {
      const gone = await program.kill(signal)
      program = await start()
      return gone
    },
  }
}

const asked = (fake: OpenAiFake) =>
  fake.ledger.filter(({ path }) => path === '/responses' || path === '/chat/completions')

describe.each(['responses', 'chat'] as const)('the whole way, by the %s API', (api) => {
  it('a message grows into an answer, is stopped, sees a picture, and goes on after a restart', async () => {
    const { fake, pia, restart, output } = await world(api)

    const gates = [hold(), hold(), hold()]
    fake.next({ beats: gates.flatMap((gate, i) => [...text(`Step ${i + 1}. `), gate.beat]) })
    const { id: thread } = await pia.say('@Parley count', { channel: 'general' })
    for (const [i, gate] of gates.entries()) {
      await vi.waitFor(async () => {
        const [answer] = await pia.answers('general', thread)
        expect(answer?.text).toContain(`Step ${i + 1}.`)
        expect(answer?.text).not.toContain(`Step ${i + 2}.`)
        expect(answer?.state).toBe('writing')
      }, soon)
      gate.open()
    }
    await vi.waitFor(async () => {
      const answers = await pia.answers('general', thread)
      expect(answers.map(({ text: shown, state }) => [shown.trim(), state])).toEqual([
        ['Step 1. Step 2. Step 3.', 'done'],
      ])
    }, soon)

    const endless = hold()
    fake.next({ beats: [...text('For ever '), endless.beat] })
    await pia.say('And now for ever', { channel: 'general', thread })
    const stopped = await vi.waitFor(async () => {
      const answer = (await pia.answers('general', thread)).at(-1)
      expect(answer?.text).toContain('For ever')
      return answer
    }, soon)
    await pia.stop('general', thread, stopped?.id ?? '')
    expect(await asked(fake).at(-1)?.closed).toBe('aborted')
    await vi.waitFor(async () => {
      const answer = (await pia.answers('general', thread)).at(-1)
      expect(answer).toMatchObject({
        state: 'stopped',
        text: expect.stringMatching(/^For ever\s+\*— stopped\*$/),
      })
    }, soon)

    const file = await pia.upload('dot.png', png(2, 2))
    await pia.say('What is in this picture?', { channel: 'general', thread, files: [file] })
    await vi.waitFor(
      async () => expect((await pia.answers('general', thread)).at(-1)?.state).toBe('done'),
      soon,
    )
    expect(JSON.stringify(asked(fake).at(-1)?.body)).toContain('data:image/png;base64,')

    expect(await restart('SIGTERM')).toEqual({ code: 0, signal: null })
    expect((await pia.messages('general')).map(({ text: shown }) => shown)).toEqual(['@Parley count'])
    await pia.say('What did I ask first?', { channel: 'general', thread })
    await vi.waitFor(async () => {
      const answers = await pia.answers('general', thread)
      expect(answers).toHaveLength(4)
      expect(answers.at(-1)?.state).toBe('done')
    }, soon)
    const prompt = JSON.stringify(asked(fake).at(-1)?.body)
    for (const words of ['count', 'Step 1. Step 2. Step 3.', 'For ever']) expect(prompt).toContain(words)
    expect(output()).not.toContain(key)
  })

  it('REST asks and streams with the same model and money', async () => {
    const { fake, url } = await world(api)
    const post = (path: string, body: unknown) =>
      fetch(`${url()}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const usage = { input: 1000, cached: 0, output: 100, reasoning: 0 }
    fake.next({ beats: text('Hello ', 'there'), usage })
    const whole = await post('/chat', { message: 'Hi' })
    expect(await whole.json()).toMatchObject({
      response: 'Hello there',
      conversation: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello there' },
      ],
      // gpt-6.1-terra: 1 USD a million in, 5 out.
      usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, cost_usd: 0.0015 },
    })
    fake.next({ beats: text('Hello ', 'again'), usage })
    const events = (await (await post('/chat/stream', { message: 'Hi' })).text())
      .split('\n')
      .flatMap((line) =>
        line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Record<string, unknown>] : [],
      )
    expect(
      events
        .slice(0, -1)
        .map(({ content }) => content)
        .join(''),
    ).toBe('Hello again')
    expect(events.at(-1)).toMatchObject({ done: true, usage: { total_tokens: 1100 } })

    fake.next({ beats: text('Half an'), cut: { at: 400, by: 'rst' } })
    const broken = await (await post('/chat/stream', { message: 'Hi' })).text()
    expect(broken).toContain('"error"')
    expect(broken).not.toContain('"done"')

    const unknown = await post('/chat', { message: 'Hi', model: 'gpt-6.1-tera' })
    expect(unknown.status).toBe(400)
    expect(await unknown.json()).toEqual({ error: expect.stringContaining('gpt-6.1-terra') })
  })
})
