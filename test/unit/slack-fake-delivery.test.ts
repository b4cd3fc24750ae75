import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App } from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { afterEach, describe, expect, it } from 'vitest'
import { quiet } from '../fakes/slack/client.ts'
import { type SlackFake, type SlackFakeOptions, startSlackFake } from '../fakes/slack/slack-fake.ts'

let closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  closing = []
})

async function started(options?: SlackFakeOptions): Promise<SlackFake> {
  const slack = await startSlackFake(options)
  closing.push(() => slack.close())
  return slack
}

type Event = {
  ack: (body?: unknown) => Promise<void>
  body: { event_id: string; event: { type: string; text?: string } }
  retry_num?: number
}

async function connected(slack: SlackFake, hear: (event: Event) => unknown): Promise<SocketModeClient> {
  const client = new SocketModeClient({
    appToken: slack.appToken,
    logger: quiet,
    clientPingTimeout: 150,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  })
  client.on('slack_event', hear)
  let ready = false
  client.on('connected', () => {
    ready = true
  })
  client.on('reconnecting', () => {
    ready = false
  })
  await client.start()
  closing.push(async () => {
    // Its pending start() would be rejected with nobody to hear of it.
    if (!ready) await new Promise((resolve) => client.once('connected', resolve))
    await client.disconnect()
  })
  return client
}

describe('the fake Slack’s sockets', () => {
  it('give each event to one of two connections', async () => {
    const slack = await started()
    const heard: [string[], string[]] = [[], []]
    for (const own of heard)
      await connected(slack, async ({ ack, body }) => {
        own.push(body.event_id)
        await ack()
      })
    expect(slack.sockets.count).toBe(2)
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    for (let count = 0; count < 20; count++) ann.says(channel, `${count}`)
    await slack.until(() => slack.ledger.envelopes.filter((one) => one.ackedAfterMs !== null).length === 20)
    expect(new Set(heard.flat()).size).toBe(20)
    expect(heard[0].length).toBeGreaterThan(3)
    expect(heard[1].length).toBeGreaterThan(3)
  })

  it('deliver again what nobody acknowledged, three times at most', async () => {
    const slack = await started({ ackTimeoutMs: 30 })
    const heard: string[] = []
    await connected(slack, ({ body }) => heard.push(body.event.text ?? ''))
    const ann = slack.team.person({ name: 'Ann' })
    const times = (word: string) => heard.filter((one) => one === word).length
    ann.says('dm', 'first')
    await slack.until(() => times('first') === 4)
    // Long enough for a fifth, were there one.
    ann.says('dm', 'second')
    await slack.until(() => times('second') === 4)
    expect(times('first')).toBe(4)
    const first = slack.ledger.envelopes.slice(0, 4)
    expect(first.map((one) => one.attempt)).toEqual([0, 1, 2, 3])
    expect(new Set(first.map((one) => one.eventId)).size).toBe(1)
  })

  it('keep events while nobody is connected, and give them to who comes', async () => {
    const slack = await started()
    const ann = slack.team.person({ name: 'Ann' })
    ann.says('dm', 'early')
    const heard: string[] = []
    await connected(slack, async ({ ack, body }) => {
      heard.push(body.event.text ?? '')
      await ack()
    })
    await slack.until(() => slack.ledger.envelopes[0]?.ackedAfterMs !== null && heard.length === 1)
    slack.sockets.drop()
    ann.says('dm', 'while away')
    expect(slack.sockets.count).toBe(0)
    await slack.until(() => heard.length === 2)
    expect(heard).toEqual(['early', 'while away'])
  })

  it('bring an event again when the connection breaks before it is acknowledged', async () => {
    const slack = await started()
    const heard: number[] = []
    await connected(slack, async ({ ack, retry_num: again = 0 }) => {
      heard.push(again)
      if (again === 0) slack.sockets.drop()
      else await ack()
    })
    slack.team.person({ name: 'Ann' }).says('dm', 'hi')
    await slack.until(() => slack.ledger.envelopes.some((one) => one.ackedAfterMs !== null))
    expect(heard).toEqual([0, 1])
  })

  it.each(['warn', 'refresh', 'drop'] as const)('come back after %s', async (how) => {
    const slack = await started()
    await connected(slack, ({ ack }) => ack())
    const [first] = slack.sockets.numbers()
    slack.sockets[how]()
    await slack.until(() => slack.sockets.count === 1 && slack.sockets.numbers()[0] !== first)
    expect(slack.ledger.of('apps.connections.open')).toHaveLength(2)
  })

  it('are found dead by their client when they are deaf', async () => {
    const slack = await started()
    await connected(slack, ({ ack }) => ack())
    await slack.until(() => slack.sockets.count === 1)
    const back = slack.sockets.deaf()
    await slack.until(() => slack.ledger.sockets.some((one) => one.kind === 'close' && one.by === 'client'))
    back()
    await slack.until(() => slack.sockets.count === 1)
  })

  it('deliver every event several times in any order when asked', async () => {
    const slack = await started()
    const heard: string[] = []
    await connected(slack, async ({ ack, body }) => {
      heard.push(body.event.text ?? '')
      await ack()
    })
    slack.deliver({ times: 4, shuffled: true })
    const ann = slack.team.person({ name: 'Ann' })
    for (const word of ['a', 'b', 'c']) ann.says('dm', word)
    await slack.until(() => heard.length === 12)
    expect(heard.join('')).not.toBe('aaaabbbbcccc')
    expect(heard.toSorted().join('')).toBe('aaaabbbbcccc')
  })

  it('refuse a wrong app token, and an eleventh connection', async () => {
    const slack = await started({ limits: { connections: 1 } })
    await connected(slack, ({ ack }) => ack())
    const ask = async (token: string) => {
      const response = await fetch(`${slack.apiUrl}apps.connections.open`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      })
      return ((await response.json()) as { error?: string }).error
    }
    expect(await ask(slack.appToken)).toBe('too_many_websockets')
    expect(await ask('xapp-wrong')).toBe('invalid_auth')
    slack.app.scopes.clear()
    expect(await ask(slack.appToken)).toBe('missing_scope')
  })
})

describe('the fake Slack’s deliveries by HTTP', () => {
  async function listening(
    answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  ): Promise<string> {
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => answer(request, body, response))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  }

  it('are signed, and come again with a number until they are answered', async () => {
    const slack = await started({ retryMs: [0, 10, 10] })
    const heard: { num: unknown; signed: boolean }[] = []
    slack.http.to(
      await listening((request, body, response) => {
        const stamp = String(request.headers['x-slack-request-timestamp'])
        const signed = request.headers['x-slack-signature'] === slack.http.signature(stamp, body)
        heard.push({ num: request.headers['x-slack-retry-num'], signed })
        response.writeHead(heard.length < 3 ? 500 : 200).end()
      }),
    )
    slack.team.person({ name: 'Ann' }).says('dm', 'hi')
    await slack.until(() => slack.ledger.posts.some((one) => one.status === 200))
    expect(heard).toEqual([
      { num: undefined, signed: true },
      { num: '1', signed: true },
      { num: '2', signed: true },
    ])
  })

  it('bring commands as forms once, and take the body for the acknowledgement', async () => {
    const slack = await started()
    slack.http.to(
      await listening((_request, body, response) => {
        if (body.startsWith('{')) {
          response
            .writeHead(200)
            .end(JSON.stringify({ challenge: (JSON.parse(body) as { challenge: string }).challenge }))
          return
        }
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ text: new URLSearchParams(body).get('text') }))
      }),
    )
    expect(await slack.http.verify()).toBe(true)
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    await ann.slash(channel, '/ask', 'why & how').answered()
    expect(slack.visible(channel, { as: ann })).toMatchObject([{ text: 'why & how', ephemeral: true }])
    expect(slack.ledger.posts).toHaveLength(1)
  })

  it('are accepted by Bolt when they are signed well, and by nobody when they are not', async () => {
    const slack = await started()
    const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } }
    const { signingSecret } = slack
    const app = new App({ token: slack.team.botToken, signingSecret, clientOptions, logger: quiet })
    const heard: string[] = []
    app.message(async ({ message }) => {
      if ('text' in message) heard.push(message.text ?? '')
    })
    const server = await app.start({ port: 0, host: '127.0.0.1' })
    closing.push(() => app.stop())
    slack.http.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
    slack.team.person({ name: 'Ann' }).says('dm', 'hi')
    await slack.until(() => heard.length === 1)
    const body = JSON.stringify({ type: 'event_callback', event: { type: 'message' } })
    const old = Math.floor(Date.now() / 1000) - 301
    expect((await slack.http.send({ body, signature: 'v0=00' })).status).toBe(401)
    expect((await slack.http.send({ body, signature: null })).status).toBe(401)
    expect((await slack.http.send({ body, timestamp: old })).status).toBe(401)
  })
})
