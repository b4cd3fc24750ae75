import { describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { needsPing, type PingingDeps, ping } from '../../src/conversation/pinging.ts'
import { createTurnstile } from '../../src/conversation/turnstile.ts'
import { createPacer } from '../../src/reply/pacer.ts'
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
  const question = { turn: 'turn_1', conversation: 'c' }
  const answer = { nonce: 'n', ref: { channel: 'general', id: 'b0' } }

  function world(nowThere: { turn: string } | null) {
    const chat = createChatPlatform()
    const clock = systemClock()
    const kept: unknown[] = []
    const deps = {
      clock,
      pacer: createPacer({ clock }),
      inTurn: createTurnstile(),
      memory: {
        turnOf: async () => nowThere && { ...nowThere, parts: [answer] },
        rewriteTurn: async (_: string, turn: unknown) => void kept.push(turn),
      },
    } as unknown as PingingDeps
    const place = {
      conversation: { platform: 'chat', workspace: 'team', channel: 'general', thread: 't' },
      root: null,
      direct: false,
    }
    const at = { ...answered({ question }), platform: chat.platform, place, parts: [answer] } as Answered
    return { chat, kept, ping: (own = signal()) => ping(deps, at, own) }
  }

  it('becomes part of its answer', async () => {
    const { kept, ping } = world({ turn: 'turn_1' })
    expect(await ping()).toMatchObject({ kind: 'sent' })
    expect(kept).toMatchObject([{ parts: [answer, { ref: { id: 'b1' } }] }])
  })

  it.each([
    ['was deleted', null],
    ['is written again', { turn: 'turn_2' }],
  ])('is taken back when its answer %s meanwhile', async (_, nowThere) => {
    const { chat, kept, ping } = world(nowThere)
    await ping()
    expect(chat.visible()).toEqual([])
    expect(kept).toEqual([])
  })

  it('is tried again after a 429, a few times, and not when nobody knows whether it came', async () => {
    const { chat, ping } = world({ turn: 'turn_1' })
    const limited = { kind: 'limited', retryAfterMs: 1 } as const
    chat.fail('send', limited, limited)
    expect(await ping()).toMatchObject({ kind: 'sent' })
    chat.fail('send', limited, limited, limited)
    expect(await ping()).toMatchObject({ kind: 'limited' })
    const lost = world({ turn: 'turn_1' })
    lost.chat.fail('send', { kind: 'unknown', cause: new Error('reset') })
    expect(await lost.ping()).toMatchObject({ kind: 'unknown' })
    expect(lost.chat.ledger).toHaveLength(1)
  })

  it('is not sent once the program stops', async () => {
    const { chat, ping } = world({ turn: 'turn_1' })
    await expect(ping(AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping')
    expect(chat.ledger).toEqual([])
  })
})
