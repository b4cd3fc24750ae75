import { describe, expect, it } from 'vitest'
import { troubleOfClose, troubleOfLogin } from '../../adapters/discord/start-words.ts'

const now = Date.UTC(2026, 10, 20)

describe('what a failed connection means', () => {
  it.each([
    ['a slow answer', new Error('Headers Timeout Error')],
    ['a broken connection', Object.assign(new Error('socket'), { code: 'ECONNRESET' })],
    ['something unheard of', 'a string'],
    ['a secret in a message', new Error('Bot abc.def.ghi failed')],
  ])('%s passes, and its words hold nothing of the message', (_, error) => {
    const trouble = troubleOfLogin(error, now)
    expect(trouble.kind).toBe('passing')
    expect(JSON.stringify(trouble)).not.toContain('abc.def')
  })

  it('a token that no header can hold is a wrong token', () => {
    expect(troubleOfLogin(new TypeError('invalid authorization header'), now).kind).toBe('refused')
  })

  it('the moment at which sessions are back is read from the SDK’s words, or an hour is assumed', () => {
    const words =
      'Not enough sessions remaining to spawn 1 shards; only 0 remaining; resets at 2026-11-20T05:00:00.000Z'
    expect(troubleOfLogin(new Error(words), now)).toEqual({ kind: 'sessions', until: now + 5 * 3_600_000 })
    expect(troubleOfLogin(new Error('Not enough sessions remaining'), now)).toEqual({
      kind: 'sessions',
      until: now + 3_600_000,
    })
  })

  it.each([
    [4004, true, 'refused'],
    [4012, true, 'refused'],
    [4013, false, 'refused'],
    [4014, true, 'intents'],
    [4014, false, 'refused'],
    [4011, true, 'passing'],
    [4000, true, undefined],
    [1006, true, undefined],
  ] as const)('close %i (content asked for: %s) is %s', (code, content, kind) => {
    expect(troubleOfClose(code, content)?.kind).toBe(kind)
  })
})
