import Keyv from 'keyv'
import { describe, expect, it } from 'vitest'
import { countRequest } from '../../src/conversation/counting.ts'
import { messageKey } from '../../src/conversation/keys.ts'
import { createMemory, type StoredMessage } from '../../src/conversation/memory.ts'
import { prepare } from '../../src/conversation/preparing.ts'
import type { Asked, Question } from '../../src/conversation/question.ts'
import { createSettings } from '../../src/conversation/settings.ts'
import { answering } from '../../src/conversation/task.ts'
import { heardKey } from '../../src/media/hearing.ts'
import type { Context } from '../../src/policy/prices.ts'
import type { FileRef } from '../../src/ports/event.ts'
import type { Platform } from '../../src/ports/platform.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'
import { ears, fileNamed, heardSaying, mediaDesk, streamOf } from './media-desk.ts'

const conversation = 'c'
const pia = person('pia')
const never = new AbortController().signal
const recorded = async () => streamOf(`fLaC${' '.repeat(100)}`)
const roomy: Context = { window: 100_000, input: 100_000, output: null }

const picture = (id: string): FileRef => ({ id, name: `${id}.png`, type: null, size: null, url: null })

const message = (text: string, more: Partial<StoredMessage> = {}): StoredMessage => ({
  role: 'user',
  text,
  tokens: 10,
  at: 0,
  by: pia,
  ref: null,
  files: [],
  quotes: [],
  hidden: false,
  ...more,
})

const asking = (text: string, more: Partial<Asked> = {}): Asked => ({
  seq: 0,
  text,
  by: pia,
  at: 0,
  ref: null,
  files: [],
  quotes: [],
  ...more,
})

async function world(
  past: readonly StoredMessage[],
  context: Context = roomy,
  download: Platform['download'] = async () => streamOf(png(1, 1)),
  more: Parameters<typeof mediaDesk>[1] = {},
  links: { readonly imageLinks?: readonly string[] } = {},
) {
  const keyv = new Keyv()
  for (const [seq, value] of past.entries()) await keyv.set(messageKey(conversation, 0, seq), value)
  const deps = {
    reader: mediaDesk({}, more).reader,
    memory: createMemory(keyv, 60_000),
    settings: createSettings(keyv, { model: 'm', persona: 'Be brief.', channels: {} }),
    prices: { contextOf: async () => context },
    maxOutputTokens: 1_000,
    windowTokens: 50_000,
    ...links,
  }
  const platform = { ...createChatPlatform().platform, download }
  const ask = async (...asked: readonly Asked[]) => {
    const question: Question = {
      turn: 't',
      task: answering,
      conversation,
      place: {
        conversation: { platform: 'chat', workspace: 'w', channel: 'c', thread: '' },
        root: null,
        direct: false,
      },
      by: pia,
      askers: [pia.id],
      asked: asked.map((one, i) => ({ ...one, seq: past.length + i })),
      head: { epoch: 0, next: past.length + asked.length + 1 },
      answer: past.length + asked.length,
      parts: [],
      again: null,
      privateTo: null,
      admittedAt: 0,
    }
    const preparation = await prepare(deps, question, platform, never)
    await preparation.close()
    const { prepared, ...rest } = preparation
    if (prepared === null) throw new Error('there is nothing to ask')
    return { ...prepared, ...rest }
  }
  return { ask }
}

const textOf = (prompt: unknown): string => JSON.stringify(prompt)

describe('preparing a question', () => {
  it('counts everything that goes to the model', async () => {
    const { ask } = await world([message('Hello', { by: person('max') })])
    const quotes = [{ author: 'Max', text: 'lorem ipsum '.repeat(10_000) }]
    const { request, promptTokens } = await ask(asking('Sum it up', { quotes }))
    expect(promptTokens).toBe(await countRequest(request))
    expect(promptTokens).toBeGreaterThan(20_000)
  })

  it('takes along as much of the past as the model has room for beside the question', async () => {
    const past = Array.from({ length: 10 }, (_, i) => message(`past ${i}`, { tokens: 1_000 }))
    const { ask } = await world(past, { window: 6_000, input: 6_000, output: null })
    const { request } = await ask(asking('hi'))
    expect(textOf(request.messages)).toContain('past 9')
    expect(textOf(request.messages)).toContain('past 6')
    expect(textOf(request.messages)).not.toContain('past 5')
  })

  it('lets the past go for a question that takes all the room', async () => {
    const past = [message('past', { tokens: 100, files: [picture('old')] })]
    const { ask } = await world(past, { window: 4_000, input: 4_000, output: null })
    const { request } = await ask(asking('word '.repeat(3_500)))
    expect(request.messages).toHaveLength(1)
  })

  it('keeps pictures of the past out where there is only room for words', async () => {
    const past = [message('past', { files: [picture('old')] })]
    const { ask } = await world(past, { window: 2_000, input: 2_000, output: null })
    const { request } = await ask(asking('hi'))
    expect(request.messages.map(({ content }) => content.map(({ kind }) => kind))).toEqual([
      ['text'],
      ['text'],
    ])
  })

  it('quotes what was said in a voice note above the answer, and asks it as the question', async () => {
    const { hearing, asked } = ears('What is the capital of France?')
    const { ask } = await world([message('hi', { by: person('max') })], roomy, recorded, { hearing })
    const { request, above, files } = await ask(asking('', { files: [voiceNote] }))
    expect(above).toBe('> 🎤 What is the capital of France?\n\n')
    expect(textOf(request.messages.at(-1))).toContain('[Voice note, 12 s, transcript]')
    expect(files.heard).toBe(true)
    expect(asked[0]?.[1].vocabulary).toBe('Max, Pia')
  })

  it('quotes the beginning of what was said at length, and asks all of it', async () => {
    const { hearing } = ears('word '.repeat(2_000).trim())
    const { ask } = await world([], roomy, recorded, { hearing })
    const { request, above } = await ask(asking('', { files: [voiceNote] }))
    expect(above.length).toBeLessThan(1_100)
    expect(above).toMatch(/…\n\n$/)
    expect(textOf(request.messages)).toContain('word '.repeat(1_999))
  })

  it('names what it could not read to the person and to the model', async () => {
    const { ask } = await world([], roomy, async () => streamOf(''))
    const { request, above, missed } = await ask(asking('What is it?', { files: [picture('a')] }))
    expect(above).toBe('> `a.png`: the file is empty.\n\n')
    expect(textOf(request.messages)).toContain('could not be read. `a.png`: the file is empty')
    expect(missed).toBe(true)
  })

  it('cuts a document to the room of the model, and says so to both', async () => {
    const { ask } = await world([], { window: 3_000, input: 3_000, output: null }, async () =>
      streamOf('ß'.repeat(50_000)),
    )
    const { request, promptTokens, above } = await ask(asking('Sum it up', { files: [fileNamed('a.txt')] }))
    expect(promptTokens).toBeLessThanOrEqual(2_000)
    expect(promptTokens).toBeGreaterThan(1_000)
    expect(textOf(request.messages)).toContain('The rest of the file is left out')
    expect(above).toMatch(/^> `a\.txt`: I read only the first [\d,]+ of 50,000 characters\./)
  })

  it('takes along the files of the past that there is room for, the newest first', async () => {
    const files = (id: string) => ({ files: [fileNamed(`${id}.txt`)], fileTokens: 600 })
    const past = [message('one', files('old')), message('two', files('new'))]
    const { ask } = await world(past, { window: 2_000, input: 2_000, output: null }, async ({ id }) =>
      streamOf(`the words of ${id}`),
    )
    const prompt = textOf((await ask(asking('And?'))).request.messages)
    expect(prompt).toContain('the words of new.txt')
    expect(prompt).not.toContain('the words of old.txt')
    expect(prompt).toContain('one')
  })

  it('lets files of the past go that turn out larger than they were', async () => {
    const past = [message('one', { files: [fileNamed('a.txt')], fileTokens: 10 })]
    const { ask } = await world(past, { window: 2_000, input: 2_000, output: null }, async () =>
      streamOf('word '.repeat(3_000)),
    )
    const { request, promptTokens } = await ask(asking('And?'))
    expect(promptTokens).toBeLessThan(1_000)
    expect(textOf(request.messages)).toContain('one')
  })

  it('repeats what was said in a voice note of the past, without fetching or hearing it', async () => {
    const { hearing, known, asked } = ears('')
    known.set(heardKey({ platform: 'chat', workspace: 'w' }, voiceNote.id), heardSaying('Buy milk.'))
    let fetched = 0
    const past = [message('', { files: [voiceNote] }), message('', { files: [fileNamed('b.ogg')] })]
    const { ask } = await world(
      past,
      roomy,
      async () => {
        fetched++
        return streamOf('OggS')
      },
      { hearing },
    )
    const { request } = await ask(asking('What did I say?'))
    expect(textOf(request.messages)).toContain('Buy milk.')
    expect({ fetched, asked: asked.length }).toEqual({ fetched: 0, asked: 0 })
  })

  it('shows a picture that it painted as a message of a person, as providers want it', async () => {
    const painted = message('', { role: 'assistant', by: null, files: [picture('shelf:p')] })
    const shelf = { take: async () => kept }
    const { ask } = await world([painted], roomy, undefined, { shelf })
    const { request } = await ask(asking('Make it blue'))
    expect(request.messages.map(({ role, content }) => [role, content.map(({ kind }) => kind)])).toEqual([
      ['assistant', ['text']],
      ['user', ['text', 'image']],
      ['user', ['text']],
    ])
  })

  it('looks at pictures behind links of allowed hosts, and at nothing else there', async () => {
    const links: string[] = []
    const fetchLink = async (url: string) => {
      links.push(url)
      return url.endsWith('a.png') ? streamOf(png(1, 1)) : streamOf('some words')
    }
    const hosts = ['img.example.org']
    const { ask } = await world([], roomy, undefined, { fetchLink }, { imageLinks: hosts })
    const text = 'https://img.example.org/a.png https://img.example.org/b.txt https://other.example.org/c.png'
    const { request, above } = await ask(asking(text))
    expect(request.messages[0]?.content.map(({ kind }) => kind)).toEqual(['text', 'image'])
    expect(above).toBe('> `b.txt`: the link leads to no picture.\n\n')
    expect(links).toHaveLength(2)
    const closed = await world([], roomy, undefined, { fetchLink })
    await closed.ask(asking(text))
    expect(links).toHaveLength(2)
  })

  it('brings pictures behind links along with the past, while there is room for them and they were had', async () => {
    const fetchLink = async () => streamOf(png(1, 1))
    const links = { imageLinks: ['img.example.org'] }
    const text = 'https://img.example.org/a.png'
    const kindsOf = async (past: StoredMessage, context = roomy) => {
      const { ask } = await world([past], context, undefined, { fetchLink }, links)
      const { request } = await ask(asking('and now?'))
      return request.messages[0]?.content.map(({ kind }) => kind)
    }
    expect(await kindsOf(message(text, { fileTokens: 1_100 }))).toEqual(['text', 'image'])
    expect(await kindsOf(message(text, { fileTokens: 0 }))).toEqual(['text'])
    expect(await kindsOf(message(text, { role: 'assistant', by: null }))).toEqual(['text'])
    const narrow = { window: 2_000, input: 2_000, output: null }
    expect(await kindsOf(message(text, { fileTokens: 1_100 }), narrow)).toEqual(['text'])
  })

  it('counts what the files of each message take, for later questions', async () => {
    const { ask } = await world([])
    const { files, promptTokens } = await ask(asking('a', { files: [picture('a')] }), asking('b'))
    expect(files.tokens).toEqual({ 0: 1100, 1: 0 })
    expect(promptTokens).toBeGreaterThan(1100)
  })
})

const voiceNote: FileRef = { ...fileNamed('v.ogg'), voice: { seconds: 12 } }

const kept = {
  key: 'p',
  size: png(1, 1).length,
  about: { kind: 'picture' as const, name: 'p.png', type: 'image/png', description: '' },
  body: new Blob([new Uint8Array(png(1, 1))]),
}
