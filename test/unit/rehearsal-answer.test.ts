import { marked, type Token } from 'marked'
import { describe, expect, test } from 'vitest'
import { createRehearsal } from '../../adapters/rehearsal/rehearsal.ts'
import type {
  ModelEvent,
  Parameters,
  PromptMessage,
  PromptPart,
  ReplyRequest,
} from '../../src/ports/model.ts'
import { all, endOf, never, textOf } from '../contract/model.ts'
import { simulatedClock } from '../fakes/clock.ts'

const quick = createRehearsal({
  clock: simulatedClock(),
  tokensPerSecond: Number.POSITIVE_INFINITY,
  firstTokenMs: 0,
})

function request(words: string, parameters: Parameters = {}, ...more: PromptPart[]): ReplyRequest {
  return {
    model: 'gpt-6-luna',
    instructions: 'You are Parley.\nBe kind.',
    messages: [
      { role: 'user', content: [{ kind: 'text', text: 'Earlier' }] },
      { role: 'assistant', content: [{ kind: 'text', text: 'Yes?' }] },
      { role: 'user', content: [{ kind: 'text', text: words }, ...more] },
    ],
    parameters,
  }
}

const say = async (...given: Parameters_<typeof request>): Promise<string> =>
  textOf(await all(quick.model.reply(request(...given), never())))
type Parameters_<F extends (...given: never[]) => unknown> = F extends (...given: infer A) => unknown
  ? A
  : never

describe('the rehearsal’s answer', () => {
  test('says what it is and how to get a real one', async () => {
    const answer = await say('Hello')
    expect(answer).toMatch(/^\*\*Rehearsal:\*\* no model is configured/)
    expect(answer).toContain('set `OPENAI_API_KEY`')
  })

  test('says what it was given', async () => {
    const picture: PromptPart = {
      kind: 'image',
      image: {
        kind: 'bytes',
        bytes: new Uint8Array(12_345),
        type: 'image/png',
        width: 640,
        height: 480,
        name: 'a `b`.png',
      },
    }
    const voice: PromptPart = { kind: 'audio', name: 'v.ogg', type: 'audio/ogg', seconds: 3.21 }
    const answer = await say(
      'Look\nhere',
      { temperature: 0.3, maxTokens: 500, stop: ['###'] },
      picture,
      voice,
    )
    expect(answer).toContain('> Look\n> here')
    expect(answer).toContain('- **Memory:** 2 earlier messages')
    expect(answer).toContain("- **Image:** `a 'b'.png`, 640 × 480 pixels, 12.3 kB, image/png")
    expect(answer).toContain('- **Audio:** `v.ogg`, 3.2 s, audio/ogg')
    expect(answer).toContain('- **Settings:** model `gpt-6-luna`, temperature 0.3, max_tokens 500, stop (1)')
    expect(answer).toContain('- **Instructions:** You are Parley.\n')
  })

  test('shortens a long message in its middle, names its length and breaks no character', async () => {
    const answer = await say(`begin ${'🙂'.repeat(50_000)} finish`)
    expect(answer).toContain('> begin 🙂')
    expect(answer).toContain('🙂 finish')
    expect(answer).toContain('100,013 characters in all')
    expect(answer.length).toBeLessThan(2000)
    expect(answer.isWellFormed()).toBe(true)
    expect(answer).not.toContain('�')
  })

  test('has code, a table or length when asked', async () => {
    expect(await kinds('some code please')).toContain('code')
    expect(await kinds('a table please')).toContain('table')
    const long = await say('a long answer')
    expect(long.split(/\s+/).length).toBeGreaterThan(500)
    expect(await kinds('just hello')).not.toContain('code')
  })

  test('is the same for the same request', async () => {
    expect(await say('a long table of code')).toBe(await say('a long table of code'))
  })

  test('is JSON when JSON was asked for', async () => {
    const answer = await say('Hi', { responseFormat: { kind: 'json_object' } })
    expect(JSON.parse(answer)).toMatchObject({ rehearsal: true, words: 'Hi' })
  })

  test('admits that it follows no schema', async () => {
    const format = { kind: 'json_schema', name: 'x', schema: {}, strict: true } as const
    const events = await all(quick.model.reply(request('Hi', { responseFormat: format }), never()))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'warning', parameter: 'response_format' }))
  })

  test('ends at a stop sequence and at max_tokens', async () => {
    expect(await say('Hello', { stop: ['configured'] })).toBe('**Rehearsal:** no model is ')
    const events = await all(quick.model.reply(request('Hello', { maxTokens: 3 }), never()))
    expect(textOf(events)).toBe('**Rehearsal:** no model')
    expect(endOf(events)).toMatchObject({ reason: 'length', model: 'rehearsal', usage: { exact: false } })
  })
})

describe('several messages answered together', () => {
  const person = (words: string, ...more: PromptPart[]): PromptMessage => ({
    role: 'user',
    content: [{ kind: 'text', text: words }, ...more],
  })
  const sayTo = async (...messages: PromptMessage[]): Promise<string> => {
    const before = request('').messages.slice(0, 2)
    return textOf(
      await all(quick.model.reply({ ...request(''), messages: [...before, ...messages] }, never())),
    )
  }
  const voice: PromptPart = { kind: 'audio', name: 'v.ogg', type: 'audio/ogg', seconds: 1 }

  test('are all quoted, each for itself, with what is attached to them', async () => {
    const answer = await sayTo(person('First', voice), person('Second\nline'), person('Third'))
    expect(answer).toContain('> First\n\n> Second\n> line\n\n> Third\n\n')
    expect(answer).toContain('- **Audio:** `v.ogg`')
    expect(answer).toContain('- **Memory:** 2 earlier messages')
    expect(answer).not.toContain('Earlier\n')
  })

  test('are each shortened', async () => {
    const answer = await sayTo(person(`one ${'a '.repeat(5_000)}`), person(`two ${'b '.repeat(5_000)}`))
    expect(answer).toContain('> one a')
    expect(answer).toContain('> two b')
    expect(answer.length).toBeLessThan(3000)
  })

  test('are quoted up to the tenth, and the others counted', async () => {
    const many = Array.from({ length: 13 }, (_, index) => person(`message ${index + 1}.`))
    const answer = await sayTo(...many)
    expect(answer).toContain('> message 10.\n\nand 3 more')
    expect(answer).not.toContain('message 11.')
    expect(await sayTo(...many.slice(0, 10))).not.toContain('more')
  })

  test('decide together what is shown', async () => {
    expect(await sayTo(person('some code'), person('please'))).toContain('```')
  })
})

describe('the rehearsal’s speed', () => {
  test('is what was set', async () => {
    const clock = simulatedClock()
    const { model } = createRehearsal({ clock, tokensPerSecond: 10, firstTokenMs: 250 })
    const at: number[] = []
    const listen = async (): Promise<ModelEvent[]> => {
      const seen: ModelEvent[] = []
      for await (const event of model.reply(request('Hello', { maxTokens: 4 }), never())) {
        seen.push(event)
        if (event.kind === 'text') at.push(clock.elapsed())
      }
      return seen
    }
    await clock.run(listen())
    expect(at).toEqual([250, 350, 450, 550])
  })
})

async function kinds(words: string): Promise<string[]> {
  return marked.lexer(await say(words)).map(({ type }: Token) => type)
}
