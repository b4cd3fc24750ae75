import { afterEach, describe, expect, it } from 'vitest'
import { bucketOf } from '../../adapters/discord/buckets.ts'
import type { WireRequest } from '../../adapters/discord/request.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { type Script, scriptedDiscord, secretToken } from './discord-http.ts'

const channel = '200000000000000001'
const message = '300000000000000001'
const interactionToken = 'aW50ZXJhY3Rpb246c2VjcmV0'
const post: WireRequest = { method: 'POST', route: `/channels/${channel}/messages`, body: { content: 'hi' } }
const patch: WireRequest = { method: 'PATCH', route: `/channels/${channel}/messages/${message}`, body: {} }
const fill: WireRequest = {
  method: 'PATCH',
  route: `/webhooks/100000000000000001/${interactionToken}/messages/@original`,
  body: {},
  auth: false,
}
const signal = new AbortController().signal

describe('The wire to Discord', () => {
  let world: Awaited<ReturnType<typeof scriptedDiscord>>
  const discord = async (...scripts: Script[]) => {
    world = await scriptedDiscord(scripts)
    return world
  }
  afterEach(() => world.close())

  const spent = { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '3.25' }

  it('makes one request, with the token, and hands back what Discord says', async () => {
    const { wire, received } = await discord({ body: { id: '7' } })
    expect(await wire.call(post, signal)).toEqual({ kind: 'done', body: { id: '7' } })
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: `/api/v10/channels/${channel}/messages`,
        authorization: `Bot ${secretToken}`,
        body: '{"content":"hi"}',
      },
    ])
  })

  it('shows no token on the routes of interactions', async () => {
    const { wire, received } = await discord({})
    await wire.call(fill, signal)
    expect(received[0]?.authorization).toBeUndefined()
  })

  it('sends files beside the body', async () => {
    const { wire, received } = await discord({})
    const files = [{ name: 'answer.md', bytes: new TextEncoder().encode('# all of it') }]
    await wire.call({ ...post, files }, signal)
    expect(received[0]?.type).toMatch(/^multipart\/form-data/)
    expect(received[0]?.body).toMatch(/name="files\[0\]"; filename="answer\.md"/)
    expect(received[0]?.body).toContain('# all of it')
    expect(received[0]?.body).toContain('{"content":"hi"}')
  })

  it('reports the limits that an answer names, under the name of the channel and the kind of call', async () => {
    const { wire } = await discord({ headers: spent })
    expect((await wire.call(post, signal)).rate).toEqual([
      { bucket: `discord:send:${channel}`, limit: 5, remaining: 0, resetAfterMs: 3_250 },
    ])
  })

  it('reports them with refusals too', async () => {
    const { wire } = await discord({
      status: 403,
      body: { code: 50013, message: 'Missing Permissions' },
      headers: spent,
    })
    expect(await wire.call(post, signal)).toMatchObject({
      kind: 'refused',
      status: 403,
      code: 50013,
      message: 'Missing Permissions',
      rate: [{ remaining: 0 }],
    })
  })

  it('leaves out of the budget what Discord names no limit for', async () => {
    const { wire, buckets } = await discord({})
    const budgets = [
      { bucket: `discord:send:${channel}`, limit: 5, windowMs: 5_000 },
      { bucket: 'discord:global', limit: 50, windowMs: 1_000 },
    ]
    expect(buckets.known(budgets)).toEqual(budgets)
    await wire.call(post, signal)
    expect(buckets.known(budgets).map(({ bucket }) => bucket)).toEqual(['discord:global'])
  })

  it('lets an edit out while sends are used up, although both have one bucket by name', async () => {
    const left = (remaining: string) => ({
      headers: { ...spent, 'x-ratelimit-bucket': 'abc', 'x-ratelimit-remaining': remaining },
    })
    const { wire, received } = await discord(left('4'), left('1'), left('0'), left('3'))
    // discord.js knows the bucket's name from the second call of a kind on.
    await wire.call(patch, signal)
    await wire.call(post, signal)
    await wire.call(post, signal)
    expect(await wire.call(patch, signal)).toMatchObject({ kind: 'done' })
    expect((await wire.call(post, signal)).kind).toBe('limited')
    expect(received).toHaveLength(4)
  })

  it('says limited, and makes no request, when a bucket is known to be used up', async () => {
    const { wire, received } = await discord({ headers: spent })
    await wire.call(post, signal)
    const reply = await wire.call(post, signal)
    expect(reply).toMatchObject({ kind: 'limited', bucket: `discord:send:${channel}` })
    expect(reply.kind === 'limited' && reply.retryAfterMs).toBeGreaterThan(2_000)
    expect(received).toHaveLength(1)
  })

  it.each<[string, Script, number, string]>([
    [
      'a bucket',
      { body: { retry_after: 1.5 }, headers: { 'retry-after': '1' } },
      1_500,
      `discord:send:${channel}`,
    ],
    ['all calls', { body: { retry_after: 0.5, global: true }, headers: {} }, 500, 'discord:global'],
    [
      'all calls, by header',
      { headers: { 'x-ratelimit-scope': 'global', 'retry-after': '2' } },
      2_000,
      'discord:global',
    ],
    [
      'a shared resource',
      { headers: { 'x-ratelimit-scope': 'shared', 'retry-after': '2' } },
      2_000,
      `discord:send:${channel}`,
    ],
    ['no time', {}, 1_000, `discord:send:${channel}`],
    ['garbage', { headers: { 'retry-after': 'soon' } }, 1_000, `discord:send:${channel}`],
    ['nothing', { headers: { 'retry-after': '0' }, body: { retry_after: 0 } }, 0, `discord:send:${channel}`],
    [
      'Cloudflare’s page',
      { body: '<html>error 1015</html>', headers: { 'retry-after': '60' } },
      60_000,
      'discord:global',
    ],
  ])('makes a 429 for %s an answer at once', async (_, script, retryAfterMs, bucket) => {
    const { wire, received } = await discord({ status: 429, ...script })
    expect(await wire.call(post, signal)).toMatchObject({ kind: 'limited', retryAfterMs, bucket })
    expect(received).toHaveLength(1)
  })

  it.each<[string, Script, number]>([
    ['a day', { headers: { 'retry-after': '86400' } }, 86_400_000],
    ['years', { headers: { 'retry-after': '9e9', 'x-ratelimit-global': 'true' } }, 86_400_000],
    ['a day, said in the body alone', { body: { retry_after: 86_400 } }, 86_400_000],
  ])('hands on a pause of %s', async (_, script, retryAfterMs) => {
    const { wire } = await discord({ status: 429, ...script })
    expect(await wire.call(post, signal)).toMatchObject({ kind: 'limited', retryAfterMs })
  })

  it('closes no bucket for years on the word of one header', async () => {
    for (const reset of ['9e9', 'Infinity', 'soon']) {
      const { wire, close } = await discord({ headers: { ...spent, 'x-ratelimit-reset-after': reset } })
      expect((await wire.call(post, signal)).rate).toBeUndefined()
      expect((await wire.call(post, signal)).kind).toBe('done')
      await close()
    }
    await discord({})
  })

  it('keeps a 429 for edits of old messages apart from other edits', async () => {
    const { wire } = await discord({ status: 429, body: { code: 30046, retry_after: 9 } })
    expect(await wire.call(patch, signal)).toMatchObject({ bucket: `discord:old-edits:${channel}` })
  })

  it('never tries a failed call again, and says that it may have been carried out', async () => {
    const { wire, received } = await discord({ status: 502, body: '<html>bad gateway</html>' })
    expect((await wire.call(post, signal)).kind).toBe('unknown')
    expect(received).toHaveLength(1)
  })

  it('takes a page that is not Discord’s for no answer', async () => {
    const { wire } = await discord({ body: '<html>log in to this network</html>' })
    expect((await wire.call(post, signal)).kind).toBe('unknown')
  })

  it('says unknown when the connection breaks after the request was sent', async () => {
    const { wire, received } = await discord({ act: (request) => request.socket.resetAndDestroy() })
    expect((await wire.call(post, signal)).kind).toBe('unknown')
    expect(received).toHaveLength(1)
  })

  it('says not_sent when nobody listens', async () => {
    const { wire, close } = await discord({})
    await close()
    expect((await wire.call(post, signal)).kind).toBe('not_sent')
  })

  it('waits no longer than its time for headers, and for the rest of a body', async () => {
    for (const act of [
      () => {},
      (_: unknown, response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"id":')
      },
    ]) {
      const slow = await scriptedDiscord([{ act }], { timeoutMs: 100 })
      expect((await slow.wire.call(post, signal)).kind).toBe('unknown')
      await slow.close()
    }
  })

  it('sends nothing once it is aborted, and says unknown when the request was on its way', async () => {
    const { wire, received } = await discord({ act: () => stop.abort(new Error('stopped')) })
    const stop = new AbortController()
    expect((await wire.call(post, AbortSignal.abort())).kind).toBe('not_sent')
    expect(received).toEqual([])
    expect((await wire.call(post, stop.signal)).kind).toBe('unknown')
  })

  it('says once in words that the token is wrong, and asks again with it next time', async () => {
    const { wire, lines, received } = await discord({
      status: 401,
      body: { code: 0, message: '401: Unauthorized' },
    })
    for (const _ of [1, 2])
      expect(await wire.call(post, signal)).toMatchObject({ kind: 'refused', status: 401 })
    expect(received).toHaveLength(2)
    expect(lines.filter((line) => line.includes('DISCORD_TOKEN'))).toHaveLength(1)
  })

  it('gives away no token in what it reports and logs', async () => {
    const outcomes: unknown[] = []
    for (const script of [
      { status: 401, body: { code: 50027, message: 'Invalid Webhook Token' } },
      { status: 500, body: {} },
      { act: (request: import('node:http').IncomingMessage) => request.socket.destroy() },
    ]) {
      const { wire, lines, log, close } = await discord(script)
      for (const request of [fill, post]) {
        const reply = await wire.call(request, signal)
        log.warn({ err: 'cause' in reply ? reply.cause : reply }, 'failed')
        outcomes.push(JSON.stringify(reply), lines.join())
      }
      await close()
    }
    for (const text of outcomes) expect(text).not.toMatch(/the-bot-token|aW50ZXJhY3Rpb246c2VjcmV0/)
  })

  it('stops calling after too many refusals in ten minutes, says so, and goes on when they are over', async () => {
    const clock = simulatedClock()
    const refusal = { status: 403, body: { code: 20001, message: 'no' } }
    world = await scriptedDiscord([refusal], { clock, mostRefusals: 3 })
    const { wire, received, lines } = world
    await clock.advance(119_000)
    await wire.call(post, signal)
    await clock.advance(301_000)
    for (const _ of [1, 2]) await wire.call(post, signal)
    const held = { kind: 'limited', bucket: 'discord:global', retryAfterMs: 300_000 }
    expect(await wire.call(post, signal)).toMatchObject(held)
    expect(received).toHaveLength(3)
    expect(lines.filter((line) => line.includes('ten minutes'))).toHaveLength(1)
    await clock.advance(299_999)
    expect((await wire.call(post, signal)).kind).toBe('limited')
    await clock.advance(1)
    expect((await wire.call(post, signal)).kind).toBe('refused')
  })

  it('answers interactions whatever was refused before', async () => {
    const refusal = { status: 403, body: { code: 50013, message: 'no' } }
    world = await scriptedDiscord([refusal, { status: 204 }], { mostRefusals: 1 })
    await world.wire.call(post, signal)
    expect((await world.wire.call(post, signal)).kind).toBe('limited')
    const callback: WireRequest = { method: 'POST', route: '/interactions/4/tok/callback', auth: false }
    expect((await world.wire.call(callback, signal)).kind).toBe('done')
    expect((await world.wire.call(fill, signal)).kind).toBe('done')
  })

  it.each([50001, 50013])(
    'calls no more for some minutes where it was refused again and again (%i)',
    async (code) => {
      const clock = simulatedClock()
      world = await scriptedDiscord([{ status: 403, body: { code, message: 'no' } }], { clock })
      const { wire, received } = world
      const refused = { kind: 'refused', status: 403, code, message: 'no' }
      for (const _ of [1, 2, 3, 4, 5]) expect(await wire.call(post, signal)).toMatchObject(refused)
      expect(received).toHaveLength(3)
      // Other calls there, and the same elsewhere, may be allowed.
      await wire.call({ ...post, route: `/channels/${message}/messages` }, signal)
      await wire.call(patch, signal)
      expect(received).toHaveLength(5)
      await clock.advance(300_000)
      await wire.call(post, signal)
      expect(received).toHaveLength(6)
    },
  )

  it('goes on calling where a file was refused, or where it went well in between', async () => {
    const refusal = { status: 403, body: { code: 50013, message: 'no' } }
    const { wire, received } = await discord(refusal, refusal, refusal, refusal, refusal, {}, refusal)
    const files = [{ name: 'answer.md', bytes: new Uint8Array(1) }]
    for (const _ of [1, 2, 3]) await wire.call({ ...post, files }, signal)
    for (const _ of [1, 2, 3, 4, 5]) await wire.call(post, signal)
    expect(received).toHaveLength(8)
  })

  it('knows buckets by channel, and interactions without naming their token', () => {
    const memberIn = (guild: string, user: string) =>
      bucketOf({ method: 'GET', route: `/guilds/${guild}/members/${user}` })
    expect(memberIn(channel, message)).toBe(memberIn(channel, channel))
    expect(memberIn(channel, message)).not.toBe(memberIn(message, message))
    expect(bucketOf({ method: 'DELETE', route: `/channels/${channel}/messages/${message}` })).toBe(
      `discord:delete:${channel}`,
    )
    expect(bucketOf(fill)).toMatch(/^discord:webhook:/)
    expect(bucketOf(fill)).not.toContain(interactionToken)
    expect(bucketOf(fill)).toBe(
      bucketOf({ method: 'POST', route: `/webhooks/100000000000000001/${interactionToken}` }),
    )
  })
})
