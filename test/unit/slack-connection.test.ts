import { afterEach, describe, expect, test } from 'vitest'
import { type ConnectionWorld, connectionWorld, until } from './slack-connection-world.ts'

let world: ConnectionWorld
afterEach(() => world?.close())

const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'connected',
    (error: unknown) => (error as { words?: string }).words ?? error,
  )

const isOpen = ({ ackedAfterMs }: { ackedAfterMs: number | null }): boolean => ackedAfterMs === null

describe('connections to Slack', () => {
  test('two stand, and each event is heard by one', async () => {
    world = await connectionWorld()
    await world.start()
    expect(world.sockets.state()).toBe('connected')
    await until(() => world.slack.sockets.count === 2)
    const ann = world.slack.team.person({ name: 'Ann' })
    const channel = world.slack.team.channel({ name: 'general' })
    for (let count = 0; count < 20; count++) ann.says(channel, `message ${count}`)
    await until(() => world.heard.length === 20)
    expect(new Set(world.heard).size).toBe(20)
    expect(world.gaps).toEqual([null])
  })

  test('when Slack asks for another connection it is opened before the old one is closed', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const least = { count: 2 }
    world.slack.sockets.refresh()
    world.slack.sockets.warn()
    await until(() => {
      least.count = Math.min(least.count, world.slack.sockets.count)
      const numbers = world.slack.sockets.numbers()
      return numbers.length === 2 && Math.min(...numbers) > 2
    })
    expect([least.count, world.gaps]).toEqual([2, [null]])
  })

  test('one that asks each time does not make Parley ask without end', async () => {
    world = await connectionWorld({ pauses: { first: 50, longest: 100_000 } })
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const asking = setInterval(() => world.slack.sockets.refresh(), 5)
    await new Promise((resolve) => setTimeout(resolve, 300))
    clearInterval(asking)
    const opened = world.slack.ledger.calls.filter(({ method }) => method === 'apps.connections.open')
    expect(opened.length).toBeLessThan(12)
  })

  test('after all were lost it connects again, and says how long it heard nothing', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const back = world.slack.sockets.away()
    await until(() => world.sockets.state() === 'connecting')
    await new Promise((resolve) => setTimeout(resolve, 60))
    back()
    await until(() => world.sockets.state() === 'connected' && world.slack.sockets.count === 2)
    expect(world.gaps).toEqual([null, expect.any(Number)])
    expect(world.gaps[1]).toBeGreaterThan(50)
  })

  test('while one is lost the other hears, and there is no gap', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const ann = world.slack.team.person({ name: 'Ann' })
    const channel = world.slack.team.channel({ name: 'general' })
    world.slack.sockets.drop(1)
    ann.says(channel, 'still there?')
    await until(() => world.heard.length === 1)
    expect([world.sockets.state(), world.gaps]).toEqual(['connected', [null]])
    await until(() => world.slack.sockets.count === 2)
  })

  test('dropped at random thirty times, nothing is lost', async () => {
    world = await connectionWorld({ fake: { keepMs: 10_000 } })
    await world.start()
    const ann = world.slack.team.person({ name: 'Ann' })
    const channel = world.slack.team.channel({ name: 'general' })
    for (let count = 0; count < 30; count++) {
      ann.says(channel, `message ${count}`)
      if (count % 3 === 0) world.slack.sockets.drop(world.slack.sockets.numbers()[count % 2])
      else world.slack.sockets.drop()
      await until(() => world.sockets.state() === 'connected' && new Set(world.heard).size > count)
    }
    expect(new Set(world.heard).size).toBe(30)
  })

  test('a connection that is silent is given up and replaced', async () => {
    world = await connectionWorld({ timing: { pong: 90, closing: 50 } })
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const hearing = world.slack.sockets.deaf()
    await until(() => world.sockets.state() === 'connecting')
    hearing()
    await until(() => world.sockets.state() === 'connected')
    expect(world.gaps).toHaveLength(2)
  })

  test('a connection without a hello is given up, and tried again', async () => {
    world = await connectionWorld({ timing: { opening: 60 } })
    const speaking = world.slack.sockets.silent()
    const started = world.start()
    await until(() => world.logged.some((line) => line.includes('did not say hello')))
    speaking()
    await started
    expect(world.sockets.state()).toBe('connected')
  })

  test('frames that are not as documented harm nothing', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    const event = (type: unknown) =>
      JSON.stringify({ envelope_id: 'x', type: 'events_api', payload: { event_id: 'Ev0', event: { type } } })
    const odd = [
      '',
      'null',
      '[]',
      '7',
      '{',
      '{}',
      '{"type":"events_api"}',
      '{"type":"events_api","envelope_id":"1","payload":null}',
    ]
    const posing = ['close', 'error', 'connected', 'disconnected', 'ws_message', 'slack_event', 7, null].map(
      event,
    )
    for (const frame of [...odd, ...posing]) world.slack.sockets.frame(frame)
    world.slack.sockets.frame(event('message'), 1)
    await until(() => world.heard.includes('Ev0'))
    const heard = world.heard.filter((id) => id === 'Ev0')
    expect([heard, world.slack.sockets.count, world.sockets.state()]).toEqual([['Ev0'], 2, 'connected'])
  })

  test('what makes no sense is acknowledged, so that Slack does not send it again and again', async () => {
    world = await connectionWorld()
    await world.start()
    const types = [7, null, {}, 'close', 'disconnected', 'ws_message', 'slack_event']
    const odd = [{}, { event: null }, { event: [] }, ...types.map((type) => ({ event: { type } }))]
    for (const payload of odd) world.slack.send({ kind: 'events_api', payload } as never)
    world.slack.send({ kind: 'close', payload: {} } as never)
    world.slack.send({ kind: 'events_api', payload: [] } as never)
    const { envelopes } = world.slack.ledger
    await world.slack.until(() => envelopes.length === odd.length + 2 && !envelopes.some(isOpen))
    expect([world.sockets.state(), world.gaps]).toEqual(['connected', [null]])
  })

  test('it stops only when the connections are closed', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    await world.sockets.stop()
    const left = world.logged.filter((line) => line.includes('left to die'))
    expect([world.sockets.state(), left]).toEqual(['closed', []])
    await until(() => world.slack.sockets.count === 0)
  })

  test('stopped while it starts, it leaves no connection behind', async () => {
    world = await connectionWorld()
    const speaking = world.slack.sockets.silent()
    const started = refused(world.start())
    await until(() => world.slack.ledger.calls.length > 0)
    await world.sockets.stop()
    speaking()
    expect(await started).toMatchObject({ message: 'Parley is stopping' })
    expect([world.slack.sockets.count, world.sockets.state()]).toEqual([0, 'closed'])
  })
})

describe('what only a person can mend', () => {
  test('a wrong app token', async () => {
    world = await connectionWorld({ appToken: 'xapp-1-A0-wrong' })
    expect(await refused(world.start())).toMatch(/does not accept SLACK_APP_TOKEN/)
    expect(world.sockets.state()).toBe('closed')
    expect(world.logged.join('')).not.toContain('xapp-1')
  })

  test('a token that can’t even be sent', async () => {
    world = await connectionWorld({ appToken: 'xapp-1-A0-wr\nong' })
    expect(await refused(world.start())).toMatch(/does not accept SLACK_APP_TOKEN/)
  })

  test('an app token without connections:write', async () => {
    world = await connectionWorld()
    world.slack.faults.next({ method: 'apps.connections.open' }, { error: 'missing_scope' })
    expect(await refused(world.start())).toMatch(/lacks the scope connections:write/)
  })

  test('tokens of two different apps', async () => {
    world = await connectionWorld({ app: () => 'A0OTHER' })
    expect(await refused(world.start())).toMatch(/belongs to the app A0OTHER/)
    await until(() => world.slack.sockets.count === 0)
  })

  test('Socket Mode switched off: at the start an error, later tried again', async () => {
    world = await connectionWorld()
    await world.start()
    await until(() => world.slack.sockets.count === 2)
    world.slack.sockets.disable()
    await until(() => world.logged.some((line) => line.includes('Socket Mode is switched off')))
    await until(() => world.sockets.state() === 'connected' && world.slack.sockets.count === 2)
  })

  test.each([
    ['500', { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['a page', { status: 200, body: '<html>' }],
    ['no connection', 'refuse' as const],
  ])('trouble that passes (%s) is no error of the start', async (_what, fault) => {
    world = await connectionWorld()
    world.slack.faults.next({ method: 'apps.connections.open' }, fault, 2)
    await world.start()
    expect(world.sockets.state()).toBe('connected')
  })
})
