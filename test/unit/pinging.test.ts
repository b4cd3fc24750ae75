import { describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Head, StoredTurn } from '../../src/conversation/memory.ts'
import { needsPing, type PingingDeps, ping } from '../../src/conversation/pinging.ts'
import type { DraftPart } from '../../src/ports/inbox.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { createTurnstile } from '../../src/turnstile.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'

type Answered = Parameters<typeof needsPing>[0]

/** An answer to a question at 0: first words after a second, whole after a minute. */
function answered({ stats = {}, question = {}, outcome = 'answered' }) {
  return {
    question: { admittedAt: 0, privateTo: null, ...question },
    whole: { outcome },
    stats: { firstShownAt: 1_000, lastSentAt: 1_000, finalShownAt: 60_000, ...stats },
  } as unknown as Answered
}

describe('a ping', () => {
  it('follows an answer that an edit made whole later than is told', () => {
    expect(needsPing(answered({}), 30_000)).toBe(true)
    expect(needsPing(answered({}), 60_000)).toBe(false)
    expect(needsPing(answered({}), null)).toBe(false)
  })

  it('is not needed after a message of its own, which channels show as unread', () => {
    expect(needsPing(answered({ stats: { lastSentAt: 60_000 } }), 30_000)).toBe(false)
    expect(needsPing(answered({ stats: { lastSentAt: 58_000 } }), 30_000)).toBe(false)
    expect(needsPing(answered({ stats: { lastSentAt: 50_000 } }), 30_000)).toBe(true)
  })

  it('follows one that a former try had sent and this one has edited', () => {
    expect(needsPing(answered({ stats: { lastSentAt: null } }), 30_000)).toBe(true)
  })

  it.each(['stopped', 'failed', 'refused'])('does not follow one that was %s', (outcome) => {
    expect(needsPing(answered({ outcome }), 30_000)).toBe(false)
  })

  it('does not follow one for one person alone, or one that nobody could see', () => {
    expect(needsPing(answered({ question: { privateTo: 'pia' } }), 30_000)).toBe(false)
    expect(needsPing(answered({ stats: { finalShownAt: null } }), 30_000)).toBe(false)
  })
})

describe('a ping on its way', () => {
  const signal = () => new AbortController().signal
  const place = {
    conversation: { platform: 'chat', workspace: 'team', channel: 'general', thread: 't' },
    root: null,
    direct: false,
  }
  const head = { epoch: 0, next: 2 }
  const question = { turn: 'turn_1', conversation: 'c', place, head, answer: 1 }
  const answer = { nonce: 'n', ref: { channel: 'general', id: 'b0' } }
  const own = { name: 'own turn' }

  interface Now {
    readonly turn?: string | null
    readonly head?: Head
    readonly running?: object | null
    readonly elsewhere?: object | null
  }

  /** `now`: what is remembered and running when it is to be sent; `beside`: its answer stands beside a message. */
  function world(now: Now = {}, beside = false) {
    const chat = createChatPlatform()
    const clock = systemClock()
    let parts: readonly DraftPart[] = [answer]
    const kept: (readonly DraftPart[])[] = []
    const { running = own, elsewhere = null } = now
    const deps = {
      clock,
      pacer: createPacer({ clock }),
      inTurn: createTurnstile(),
      running: {
        in: () => running,
        newestIn: (_: unknown, fits: (one: unknown) => boolean) =>
          [elsewhere, running].find((one) => one && fits(one)) ?? null,
      },
      memory: {
        head: async () => now.head ?? head,
        turnOf: async () => {
          const { turn = 'turn_1' } = now
          return turn && { turn, parts }
        },
        rewriteTurn: async (_: string, written: StoredTurn) => {
          parts = written.parts
          kept.push(parts)
        },
      },
    } as unknown as PingingDeps
    const at = {
      ...answered({ question }),
      platform: chat.platform,
      running: own,
      place: beside ? { ...place, replyTo: answer.ref } : place,
      parts: [answer],
    } as unknown as Answered
    return { chat, kept, now: () => parts, ping: (own = signal()) => ping(deps, at, own) }
  }

  it('is remembered before it is sent, and where it stands after it', async () => {
    const { kept, now, ping } = world()
    expect(await ping()).toMatchObject({ kind: 'sent' })
    expect(kept[0]).toMatchObject([answer, { ref: null }])
    expect(now()).toMatchObject([answer, { ref: { id: 'b1' } }])
    expect(kept[0]?.[1]?.nonce).toBe(now()[1]?.nonce)
  })

  it.each<[string, Now]>([
    ['was deleted', { turn: null }],
    ['is written again', { turn: 'turn_2' }],
    ['is followed by one that is being written', { running: { name: 'other turn' } }],
    ['is followed by one that is whole', { head: { epoch: 0, next: 4 } }],
    ['was forgotten', { head: { epoch: 1, next: 0 } }],
  ])('is not sent when its answer %s meanwhile', async (_, then) => {
    const { chat, now, ping } = world(then)
    await ping()
    expect(chat.ledger).toEqual([])
    expect(now()).toEqual([answer])
  })

  it('is not sent outside threads while anything else is being written in the channel', async () => {
    const elsewhere = { name: 'other turn' }
    const inChannel = world({ elsewhere, running: null }, true)
    expect(await inChannel.ping()).toMatchObject({ kind: 'not_sent' })
    const inThread = world({ elsewhere, running: null })
    expect(await inThread.ping()).toMatchObject({ kind: 'sent' })
  })

  it('is taken back when its answer is gone by the time it was sent', async () => {
    const then: { turn: string | null } = { turn: 'turn_1' }
    const { chat, ping } = world(then)
    const send = chat.platform.send.bind(chat.platform)
    Object.assign(chat.platform, {
      send: (...args: Parameters<typeof send>) => {
        then.turn = null
        return send(...args)
      },
    })
    expect(await ping()).toMatchObject({ kind: 'sent' })
    expect(chat.ledger.map(({ call }) => call)).toEqual(['send', 'remove'])
    expect(chat.visible()).toEqual([])
  })

  it('is tried again after a 429, a few times, and forgotten then', async () => {
    const { chat, now, ping } = world()
    const limited = { kind: 'limited', retryAfterMs: 1 } as const
    chat.fail('send', limited, limited, limited)
    expect(await ping()).toMatchObject({ kind: 'limited' })
    expect(now()).toEqual([answer])
    chat.fail('send', limited, limited)
    expect(await ping()).toMatchObject({ kind: 'sent' })
  })

  it('is neither tried again nor forgotten when nobody knows whether it came', async () => {
    const { chat, now, ping } = world()
    chat.fail('send', { kind: 'unknown', cause: new Error('reset') })
    expect(await ping()).toMatchObject({ kind: 'unknown' })
    expect(chat.ledger).toHaveLength(1)
    expect(now()).toMatchObject([answer, { ref: null }])
  })

  it('is not sent once the program stops', async () => {
    const { chat, now, ping } = world()
    await expect(ping(AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping')
    expect(chat.ledger).toEqual([])
    expect(now()).toEqual([answer])
  })
})
