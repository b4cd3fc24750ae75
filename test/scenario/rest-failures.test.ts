import { afterEach, describe, expect, it } from 'vitest'
import type { Direct } from '../../src/conversation/direct-port.ts'
import { Refused } from '../../src/conversation/refused.ts'
import { MediaError, ModelError, type ModelFailure } from '../../src/ports/failure.ts'
import { post } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const failing = (error: unknown): Direct =>
  async function* () {
    yield { kind: 'text', delta: 'so far ' }
    throw error
  }

describe('POST /chat, when it fails,', () => {
  it.each<[Refused['kind'], number, string | null]>([
    ['access', 403, null],
    ['budget', 429, '91'],
    ['busy', 503, '91'],
    ['too_long', 400, null],
    ['bad_input', 400, null],
    ['unknown_model', 400, null],
  ])('answers a refusal (%s) with %i', async (kind, status, retryAfter) => {
    const retryMs = retryAfter === null ? null : 90_001
    world = await webWorld({ direct: failing(new Refused(kind, `Because: ${kind}`, retryMs)) })
    const answer = await post(`${world.url}/chat`, { message: 'x' })
    expect(answer).toMatchObject({ status, body: { error: `Because: ${kind}` } })
    expect(answer.headers.get('retry-after')).toBe(retryAfter)
  })

  it.each<[ModelFailure, number]>([
    ['auth', 502],
    ['model_not_found', 400],
    ['rate', 429],
    ['quota', 502],
    ['too_long', 400],
    ['bad_request', 400],
    ['server', 502],
    ['timeout', 502],
    ['network', 502],
    ['cut', 502],
    ['aborted', 503],
  ])('answers a model’s failure (%s) with %i', async (kind, status) => {
    world = await webWorld({ direct: failing(new ModelError(kind, 'In words.', { retryAfterMs: 2_500 })) })
    const answer = await post(`${world.url}/chat`, { message: 'x' })
    expect(answer.status).toBe(status)
    if (kind !== 'aborted') expect(answer.body).toEqual({ error: 'In words.' })
    expect(answer.headers.get('retry-after')).toBe(kind === 'rate' ? '3' : null)
  })

  it('answers 503 when this machine can’t, say for its disk is full', async () => {
    world = await webWorld({ direct: failing(new MediaError('failed', 'the disk is full')) })
    const answer = await post(`${world.url}/chat`, { message: 'x' })
    expect(answer).toMatchObject({ status: 503, body: { error: 'the disk is full' } })
    expect(answer.headers.get('retry-after')).toBe('60')
  })

  it('keeps what broke inside to the log, and names the request in both', async () => {
    world = await webWorld({ direct: failing(new Error('the password is hunter2')) })
    const answer = await post(
      `${world.url}/chat`,
      { message: 'x' },
      { headers: { 'x-request-id': 'mine-1' } },
    )
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('hunter2')
    expect(answer.body.error).toContain('mine-1')
    expect(world.logged.join('')).toContain('"requestId":"mine-1"')
  })
})
