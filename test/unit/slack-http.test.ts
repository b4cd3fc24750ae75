import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { verdictOn } from '../../adapters/slack/signature.ts'
import { envelope, form, type HttpWorld, httpWorld, secret, signature } from './slack-http-world.ts'

let world: HttpWorld
afterEach(() => world?.close())

const command = {
  command: '/ask',
  text: 'why',
  team_id: 'T1',
  channel_id: 'C1',
  user_id: 'U1',
  trigger_id: '1.2.3',
}
const action = {
  type: 'block_actions',
  team: { id: 'T1' },
  user: { id: 'U1' },
  actions: [{ type: 'button', action_id: 'parley.stop', block_id: 'b', value: 'x' }],
}

describe('what Slack sends over HTTP', () => {
  test('an event is acknowledged only when it was taken in', async () => {
    let admitted = false
    world = await httpWorld({
      event: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        admitted = true
      },
    })
    const response = await world.send(envelope())
    expect([response.status, admitted]).toEqual([200, true])
    expect(world.heard.map(({ kind }) => kind)).toEqual(['event'])
  })

  test('an event that could not be taken in is answered so that Slack delivers it again, and that is taken in', async () => {
    let deliveries = 0
    world = await httpWorld({
      event: async () => {
        if (++deliveries === 1) throw new Error('database is locked')
      },
    })
    expect((await world.send(envelope())).status).toBe(503)
    const again = await world.send(envelope(), {
      headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' },
    })
    expect([again.status, deliveries]).toEqual([200, 2])
  })

  test('an event that takes too long is to be delivered again, and is taken in all the same', async () => {
    let finish = (): void => undefined
    let admitted = false
    world = await httpWorld(
      {
        event: async () => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          admitted = true
        },
      },
      { answerWithin: 30 },
    )
    expect((await world.send(envelope())).status).toBe(503)
    finish()
    await world.dispatching.close()
    expect(admitted).toBe(true)
  })

  test('commands, buttons, shortcuts and forms come to their listeners with what Slack shows at once', async () => {
    world = await httpWorld({
      command: (_body, acknowledge) => acknowledge({ response_type: 'in_channel' }),
      action: (_body, acknowledge) => acknowledge(),
      shortcut: (_body, acknowledge) => acknowledge(),
      view: (_body, acknowledge) => acknowledge({ response_action: 'errors', errors: { a: 'b' } }),
    })
    const asked = form(command)
    const commanded = await world.send(asked.body, asked)
    expect([commanded.status, await commanded.json()]).toEqual([200, { response_type: 'in_channel' }])
    const others = [
      action,
      {
        type: 'message_action',
        callback_id: 'summarise',
        team: { id: 'T1' },
        user: { id: 'U1' },
        channel: { id: 'C1' },
      },
      {
        type: 'view_submission',
        team: { id: 'T1' },
        user: { id: 'U1' },
        view: { callback_id: 'f', id: 'V1' },
      },
    ].map((payload) => form({ payload: JSON.stringify(payload) }))
    const answers = []
    for (const each of others) answers.push(await (await world.send(each.body, each)).text())
    expect(answers).toEqual(['', '', '{"response_action":"errors","errors":{"a":"b"}}'])
    expect(world.heard.map(({ kind }) => kind)).toEqual(['command', 'action', 'shortcut', 'view'])
  })

  test('a command is acknowledged at the deadline when the database is slow, and goes on', async () => {
    let finish = (): void => undefined
    let admitted = false
    world = await httpWorld(
      {
        command: async () => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          admitted = true
        },
      },
      { answerWithin: 30 },
    )
    const asked = form(command)
    const response = await world.send(asked.body, asked)
    expect([response.status, await response.text(), admitted]).toEqual([200, '', false])
    finish()
    await world.dispatching.close()
    expect(admitted).toBe(true)
  })

  test('what its listener leaves unanswered is not said to have arrived: Slack tells the person', async () => {
    world = await httpWorld()
    const pressed = form({ payload: JSON.stringify(action) })
    expect((await world.send(pressed.body, pressed)).status).toBe(503)
  })

  test('the address is verified only for whoever signs', async () => {
    world = await httpWorld()
    const challenge = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aB' })
    expect(await (await world.send(challenge)).json()).toEqual({ challenge: '3eZbrw1aB' })
    expect((await world.send(challenge, { secret: 'another' })).status).toBe(401)
  })

  test('nothing is taken in any more when it stops', async () => {
    world = await httpWorld()
    await world.dispatching.close()
    expect([(await world.send(envelope())).status, world.heard]).toEqual([503, []])
  })

  test('what makes no sense is answered and kept from the listeners', async () => {
    world = await httpWorld()
    const odd = [
      'null',
      '[]',
      '"x"',
      '{',
      '{"event":null}',
      '{"event":{"channel":null,"type":"message"}}',
      '{}',
      '{"actions":null}',
    ]
    const statuses = []
    for (const body of odd) statuses.push((await world.send(body)).status)
    expect(statuses).toEqual([400, 400, 400, 400, 200, 200, 200, 200])
    expect(world.heard.filter(({ kind }) => kind !== 'event')).toEqual([])
    expect((await world.send('payload=%7B', { type: 'application/x-www-form-urlencoded' })).status).toBe(400)
  })
})

describe('signatures', () => {
  test('five minutes on both sides of now, and not a second more', () => {
    const body = Buffer.from('{}')
    const now = 1_800_000_000_000
    const verdicts = [-301, -300, 0, 300, 301].map((seconds) => {
      const at = now / 1_000 + seconds
      return verdictOn({ timestamp: String(at), signature: signature('{}', at), body }, secret, now)
    })
    expect(verdicts).toEqual(['stale', 'genuine', 'genuine', 'genuine', 'stale'])
  })

  test.each([
    ['absent', { 'x-slack-signature': null }],
    ['without a time', { 'x-slack-request-timestamp': null }],
    ['short', { 'x-slack-signature': 'v0=abc' }],
    ['of another version', { 'x-slack-signature': `v1=${'a'.repeat(64)}` }],
    ['a time that is no number', { 'x-slack-request-timestamp': 'now' }],
    ['a negative time', { 'x-slack-request-timestamp': '-1' }],
    ['wrong', { 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
  ])('a signature that is %s is refused', async (_what, headers) => {
    world = await httpWorld()
    const response = await world.send(envelope(), { headers })
    expect(response.status).toBe(401)
    expect(Object.keys(await response.json())).toEqual(['error'])
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    expect(world.heard).toEqual([])
  })

  test('what is refused is logged once a minute and kind, with how often', async () => {
    let elapsed = 0
    world = await httpWorld({}, { elapsed: () => elapsed })
    const refused = () =>
      world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => /was refused/.test(msg))
    for (let index = 0; index < 5; index++)
      await world.send(envelope(), { headers: { 'x-slack-signature': null } })
    await world.send(envelope(), { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } })
    expect(refused().map(({ verdict, times }) => [verdict, times])).toEqual([
      ['unsigned', 1],
      ['forged', 1],
    ])
    elapsed += 60_000
    await world.send(envelope(), { headers: { 'x-slack-signature': null } })
    expect(refused().at(-1)).toMatchObject({ verdict: 'unsigned', times: 5 })
  })

  test('one changed byte anywhere in the body is refused', async () => {
    world = await httpWorld()
    const body = envelope()
    const at = Math.floor(Date.now() / 1_000)
    const headers = { 'x-slack-signature': signature(body, at) }
    for (let index = 0; index < body.length; index += 7) {
      const changed = `${body.slice(0, index)}${body[index] === 'x' ? 'y' : 'x'}${body.slice(index + 1)}`
      expect((await world.send(changed, { at, headers })).status).toBe(401)
    }
    expect(world.heard).toEqual([])
  })

  test.each(['', '   '])(
    'a blank secret (%j) accepts nothing, not even what is signed with it',
    async (blank) => {
      world = await httpWorld({}, { secret: blank })
      const at = Math.floor(Date.now() / 1_000)
      // An empty key can't be given to the function that signs for Slack.
      const response = await world.send(envelope(), {
        at,
        headers: { 'x-slack-signature': signature(envelope(), at, blank) },
      })
      expect([response.status, world.heard]).toEqual([401, []])
    },
  )
})

describe('the route on the web server', () => {
  test('stands open where playground and REST are closed', async () => {
    world = await httpWorld({}, { web: { host: '0.0.0.0' } })
    expect((await fetch(`${world.web.url}/models`)).status).toBe(403)
    expect((await world.send(envelope())).status).toBe(200)
  })

  test('is not opened to pages of other sites by CORS', async () => {
    world = await httpWorld({}, { web: { corsOrigins: ['https://page.example'] } })
    const response = await world.send(envelope(), { headers: { origin: 'https://page.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('takes no other method', async () => {
    world = await httpWorld({}, { web: { host: '0.0.0.0' } })
    const response = await fetch(`${world.web.url}/slack/events`)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(Object.keys(await response.json())).toEqual(['error'])
  })

  test('is not there when it is not configured', async () => {
    world = await httpWorld()
    expect((await fetch(`${world.web.url}/slack/install`)).status).toBe(404)
  })

  test('refuses more than a megabyte, announced or not', async () => {
    world = await httpWorld()
    const body = envelope({ type: 'message', text: 'x'.repeat(1_048_576) })
    expect((await world.send(body)).status).toBe(413)
    const stream = new Blob([body]).stream()
    const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
    expect((await fetch(`${world.web.url}/slack/events`, init)).status).toBe(413)
    expect(world.heard).toEqual([])
  })

  test('gives up a body that never ends', async () => {
    world = await httpWorld({}, { bodyWithin: 40 })
    const { port } = new URL(world.web.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n{')
    const [said] = await once(socket.setEncoding('utf8'), 'data')
    expect(said).toMatch(/^HTTP\/1.1 408/)
    socket.destroy()
  })
})
