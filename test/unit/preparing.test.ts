import { setImmediate } from 'node:timers/promises'
import Keyv from 'keyv'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { countRequest } from '../../src/conversation/counting.ts'
import { messageKey } from '../../src/conversation/keys.ts'
import { createMemory, type StoredMessage } from '../../src/conversation/memory.ts'
import { prepare } from '../../src/conversation/preparing.ts'
import type { Asked, Question } from '../../src/conversation/question.ts'
import { createSettings } from '../../src/conversation/settings.ts'
import { preload } from '../../src/conversation/tokens.ts'
import { createRoom, type Room } from '../../src/media/room.ts'
import type { Context } from '../../src/policy/prices.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { FileRef } from '../../src/ports/event.ts'
import type { Platform } from '../../src/ports/platform.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'

const conversation = 'c'
const pia = person('pia')
const never = new AbortController().signal

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
  context: Context = { window: 100_000, input: 100_000, output: null },
  download: Platform['download'] = async () => new Blob([new Uint8Array(png(1, 1))]).stream(),
  clock: Clock = systemClock(),
  room: Room = createRoom({ clock }),
) {
  const keyv = new Keyv()
  for (const [seq, value] of past.entries()) await keyv.set(messageKey(conversation, 0, seq), value)
  const deps = {
    clock,
    memory: createMemory(keyv, 60_000),
    settings: createSettings(keyv, { model: 'm', persona: 'Be brief.', channels: {} }),
    prices: { contextOf: async () => context },
    maxOutputTokens: 1_000,
    windowTokens: 50_000,
  }
  const platform = { ...createChatPlatform().platform, download }
  const ask = async (...asked: readonly Asked[]) => {
    const question: Question = {
      turn: 't',
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
    const { prepared, skipped } = await prepare(deps, question, platform, room.enter(), never)
    if (prepared === null) throw new Error('there is nothing to ask')
    return { ...prepared, skipped }
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

  it('does not wait long for a picture of the past whose link is dead', async () => {
    await preload()
    const clock = simulatedClock()
    const past = [message('Look', { files: [picture('dead')] })]
    const { ask } = await world(past, undefined, () => new Promise(() => undefined), clock)
    const { skipped } = await clock.run(ask(asking('And now?')))
    expect(clock.elapsed()).toBeLessThanOrEqual(5_000)
    expect(skipped).toEqual([])
  })

  it('reads ten files of one question, four at a time, however many messages it has', async () => {
    let [open, most, all] = [0, 0, 0]
    const { ask } = await world([], undefined, async () => {
      all++
      most = Math.max(most, ++open)
      await setImmediate()
      open--
      return new Blob([new Uint8Array(png(1, 1))]).stream()
    })
    const messages = Array.from({ length: 50 }, (_, i) =>
      asking(`look ${i}`, { files: Array.from({ length: 10 }, (_, n) => picture(`${i}-${n}`)) }),
    )
    const { request, skipped } = await ask(...messages)
    expect({ most, all }).toEqual({ most: 4, all: 10 })
    expect(
      request.messages.flatMap(({ content }) => content.filter(({ kind }) => kind === 'image')),
    ).toHaveLength(10)
    expect(skipped).toHaveLength(49)
  })

  it('says which files there was no room for, with those of everybody else, and answers the words', async () => {
    const clock = simulatedClock()
    const room = createRoom({ clock, bytes: 1_000 })
    const others = room.enter()
    await others.wait(1_000, never)
    const { ask } = await world([], undefined, undefined, clock, room)
    const asked = ask(asking('What is it?', { files: [{ ...picture('a'), size: 500 }] }))
    const { skipped, request } = await clock.run(asked)
    expect(skipped).toEqual([
      '`a.png`: too many files are being looked at just now; send it again in a moment.',
    ])
    expect(textOf(request.messages)).toContain('What is it?')
    expect(textOf(request.messages)).toContain('could not be read')
  })

  it('holds the room that its pictures take, not what was claimed of them, and no more than there is', async () => {
    const bytes = png(1, 1).length
    const room = createRoom({ clock: systemClock(), bytes: 4 * bytes })
    const { ask } = await world(
      [message('Look', { files: [picture('p1'), picture('p2')] })],
      undefined,
      undefined,
      undefined,
      room,
    )
    const { request } = await ask(asking('And?', { files: [{ ...picture('a'), size: 4 * bytes }] }))
    expect(textOf(request.messages).split('"kind":"image"')).toHaveLength(4)
    const others = room.enter()
    expect(others.reach(bytes + 1)).toBe(false)
    expect(others.reach(bytes)).toBe(true)
    const second = await ask(asking('And now?'))
    expect(textOf(second.request.messages)).not.toContain('"kind":"image"')
  })
})
