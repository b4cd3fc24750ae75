import { afterEach, describe, expect, it } from 'vitest'
import {
  type Desk,
  type DeskOptions,
  desk,
  refused,
  type Script,
  secretToken,
  signal,
  team,
} from './slack-desk.ts'

const request = { team, method: 'chat.postMessage', args: { channel: 'C1', text: 'hi' } }

describe('Calling Slack’s Web API', () => {
  let world: Desk
  const answering = async (script: Script | readonly Script[], options?: DeskOptions) => {
    world = await desk({ 'chat.postMessage': script }, options)
    return world
  }
  afterEach(() => world?.close())

  it('sends one request with the token in its header, and gives the answer and the scopes', async () => {
    const { wire, received } = await answering({
      body: { ok: true, ts: '1.2' },
      headers: { 'x-oauth-scopes': 'chat:write, files:read' },
    })
    expect(await wire.call(request, signal)).toEqual({
      kind: 'done',
      body: { ok: true, ts: '1.2' },
      scopes: ['chat:write', 'files:read'],
    })
    expect(received).toHaveLength(1)
    expect(received[0]?.headers.authorization).toBe(`Bearer ${secretToken}`)
    expect(received[0]?.args).toEqual({ channel: 'C1', text: 'hi' })
  })

  it.each([
    ['0', 1_000],
    ['1', 1_000],
    ['60', 60_000],
    ['2.5', 2_500],
    ['garbage', 1_000],
    ['-4', 1_000],
    ['1e99', 86_400_000],
    ['9999999999', 86_400_000],
    [null, 1_000],
  ])('reports a 429 with Retry-After %s as a pause of %i ms, without trying again', async (after, ms) => {
    const headers: Record<string, string> = after === null ? {} : { 'retry-after': after }
    const { wire, received } = await answering({ status: 429, body: '<html>slow down</html>', headers })
    expect(await wire.call(request, signal)).toEqual({
      kind: 'limited',
      retryAfterMs: ms,
      bucket: `slack:${team}:chat.postMessage:C1`,
    })
    expect(received).toHaveLength(1)
  })

  it('takes the error "ratelimited" for a limit too', async () => {
    const { wire } = await answering({ ...refused('ratelimited'), headers: { 'retry-after': '7' } })
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'limited', retryAfterMs: 7_000 })
  })

  it('reports what Slack refuses with its reason', async () => {
    const { wire } = await answering(
      refused('missing_scope', { needed: 'chat:write', response_metadata: { messages: ['[ERROR] no'] } }),
    )
    expect(await wire.call(request, signal)).toEqual({
      kind: 'refused',
      error: 'missing_scope',
      needed: 'chat:write',
      messages: ['[ERROR] no'],
    })
  })

  it.each<[string, Script]>([
    ['500', { status: 500, body: 'oops' }],
    ['503 in JSON', { status: 503, body: { ok: false, error: 'x' } }],
    ['HTML with 200', { body: '<html>welcome</html>' }],
    ['JSON that is not Slack’s', { body: { hello: 1 } }],
    ['null', { body: 'null' }],
    ['fatal_error', refused('fatal_error')],
    ['internal_error', refused('internal_error')],
    ['request_timeout', refused('request_timeout')],
    ['a torn connection', { act: (incoming) => incoming.socket.destroy() }],
    [
      'an answer that breaks off',
      {
        act: (incoming, response) => {
          response.writeHead(200, { 'content-length': '100' })
          response.write('{"ok":', () => incoming.socket.destroy())
        },
      },
    ],
  ])('does not know what became of a call answered with %s', async (_, script) => {
    const { wire, received } = await answering(script)
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'unknown' })
    expect(received).toHaveLength(1)
  })

  it('knows that nothing was sent where a proxy refuses', async () => {
    const { wire } = await answering({ status: 403, body: '<html>forbidden</html>' })
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'not_sent' })
  })

  it('knows that nothing was sent where nobody listens', async () => {
    const { wire, close } = await answering({})
    await close()
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'not_sent' })
  })

  it('gives up on an answer that does not come', async () => {
    const { wire } = await answering({ act: () => undefined }, { timeoutMs: 50 })
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'unknown' })
  })

  it('gives up on an answer whose end does not come', async () => {
    const { wire } = await answering(
      { act: (_, response) => void response.writeHead(200).write('{"ok":') },
      { timeoutMs: 50 },
    )
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'unknown' })
  })

  it('sends nothing once it was called off, and ends a call that is under way', async () => {
    const controller = new AbortController()
    const { wire, received } = await answering({ act: () => controller.abort(new Error('stopped')) })
    expect(await wire.call(request, controller.signal)).toMatchObject({ kind: 'unknown' })
    expect(await wire.call(request, controller.signal)).toMatchObject({ kind: 'not_sent' })
    expect(received).toHaveLength(1)
  })

  it('reads no more of an answer than fits', async () => {
    const { wire } = await answering({
      act(_, response) {
        response.writeHead(200)
        response.end(`{"ok":true,"x":"${'x'.repeat(17 * 1024 * 1024)}"}`)
      },
    })
    expect(await wire.call(request, signal)).toMatchObject({ kind: 'unknown' })
  })

  it('says once in words that the token is refused, and never the token', async () => {
    const { wire, lines } = await answering(refused('invalid_auth'))
    await wire.call(request, signal)
    await wire.call(request, signal)
    expect(lines.filter((line) => line.includes('SLACK_BOT_TOKEN'))).toHaveLength(1)
    expect(lines.join()).not.toContain(secretToken)
  })

  it('says of a workspace that installed it by itself where that is done again', async () => {
    const { wire, lines } = await answering(refused('token_revoked'), { installPage: true })
    await wire.call(request, signal)
    expect(lines.join()).toContain('/slack/install')
    expect(lines.join()).not.toContain('SLACK_BOT_TOKEN')
  })

  it('refuses where Parley is not installed, without a request', async () => {
    const { wire, received } = await answering({})
    expect(await wire.call({ ...request, team: 'T9' }, signal)).toMatchObject({ error: 'not_installed' })
    expect(received).toHaveLength(0)
  })
})
