import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type EarOptions, type EarWorld, earWorld } from './discord-hearing-world.ts'

const worlds: EarWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function make(options: EarOptions = {}): Promise<EarWorld> {
  const world = await earWorld(options)
  worlds.push(world)
  return world
}

const start = (world: EarWorld): Promise<void> =>
  world.listening.start(world.intake, AbortSignal.timeout(5_000))

const intentsOf = (world: EarWorld): number[] =>
  world.fake.ledger.gateway.flatMap((entry) => (entry.kind === 'identify' ? [entry.intents] : []))

const resumes = (world: EarWorld): number =>
  world.fake.ledger.gateway.filter(({ kind }) => kind === 'resume').length

const guilds = 1
const guildMessages = 1 << 9
const directMessages = 1 << 12
/** In guilds, and in direct messages. */
const reactions = (1 << 10) | (1 << 13)
const messageContent = 1 << 15

describe('starting', () => {
  it('asks for the intents it needs and no more', async () => {
    const world = await make()
    expect(world.listening.state()).toBe('connected')
    expect(intentsOf(world)).toEqual([guilds | guildMessages | directMessages | reactions | messageContent])
  })

  it('without follow-ups it does not ask for the content of messages', async () => {
    const world = await make({ followUps: false })
    expect(intentsOf(world)).toEqual([guilds | guildMessages | directMessages | reactions])
    expect(world.listening.content()).toBe(false)
  })

  it('where Discord withholds message content it connects without it and says what it can’t do', async () => {
    const world = await make({ fake: { intents: { messageContent: false } } })
    expect(intentsOf(world).at(-1)).toBe(guilds | guildMessages | directMessages | reactions)
    expect(world.listening.state()).toBe('connected')
    expect(world.listening.content()).toBe(false)
    expect(world.complaints).toEqual([expect.stringContaining('Message Content intent')])
    const general = world.fake.guild({ name: 'G' }).channel({ name: 'general' })
    const ada = world.fake.person({ name: 'Ada' })
    ada.says(general, `<@${world.fake.bot.id}> still here?`)
    await world.until(() => world.intake.texts().includes('still here?'))
  })

  it('a wrong token rejects with words that name the setting, and is not tried again', async () => {
    const world = await make({ start: false, token: 'wrong.token.value' })
    await expect(start(world)).rejects.toThrow(/DISCORD_TOKEN.*discord\.com\/developers/)
    expect(world.listening.state()).toBe('closed')
    expect(JSON.stringify(world.complaints)).not.toContain('wrong.token.value')
    expect(world.fake.ledger.of('GET', '/gateway/bot')).toHaveLength(1)
  })

  it('an unreachable Discord does not fail the start; it connects once Discord is back', async () => {
    const world = await make({ start: false })
    await world.fake.faults.down()
    await start(world)
    expect(world.listening.state()).toBe('connecting')
    expect(world.complaints.join()).toMatch(/can’t be reached \(ECONNREFUSED\).*Trying again/)
    await world.fake.faults.up()
    await world.until(() => world.listening.state() === 'connected')
  })

  it('a failing Discord does not fail the start either', async () => {
    const world = await make({ start: false })
    world.fake.faults.next({ route: '/gateway/bot' }, { status: 503 }, 2)
    await start(world)
    expect(world.complaints.join()).toContain('Discord answered 503')
    await world.until(() => world.listening.state() === 'connected')
  })

  it('without session starts left it says when they are back, and the program goes on', async () => {
    const world = await make({ start: false })
    world.fake.gateway.sessionsLeft = 0
    await start(world)
    expect(world.complaints.join()).toMatch(/no more sessions today.*connects again at 20\d\d-/)
    expect(world.listening.state()).toBe('connecting')
  })

  it('stops at once while it waits to try again', async () => {
    const world = await make({ start: false })
    world.fake.gateway.sessionsLeft = 0
    await start(world)
    const before = performance.now()
    await world.listening.stop()
    expect(performance.now() - before).toBeLessThan(1_000)
    expect(world.listening.state()).toBe('closed')
  })
})

describe('staying', () => {
  it('resumes after a drop and hears what was said meanwhile, once', async () => {
    const world = await make()
    const general = world.fake.guild({ name: 'G' }).channel({ name: 'general' })
    const ada = world.fake.person({ name: 'Ada' })
    world.fake.gateway.drop(4000)
    ada.says(general, `<@${world.fake.bot.id}> while away`)
    await world.until(() => world.intake.texts().includes('while away'))
    expect(world.fake.ledger.gateway.filter(({ kind }) => kind === 'resume')).toHaveLength(1)
    expect(world.intake.offered).toHaveLength(1)
  })

  it('a token that is reset closes it for good, in words, and ends nothing else', async () => {
    const world = await make()
    world.fake.gateway.drop(4004)
    await world.until(() => world.listening.state() === 'closed')
    expect(world.complaints.at(-1)).toMatch(
      /does not accept DISCORD_TOKEN.*until it is started again.*everything else goes on/,
    )
    expect(world.complaints).toHaveLength(1)
    expect(world.fake.ledger.of('GET', '/gateway/bot')).toHaveLength(1)
  })

  it('a connection that has gone silent is torn down and made afresh', async () => {
    const world = await make({ patience: { silence: 300 }, fake: { limits: { heartbeatMs: 100_000 } } })
    const hear = world.fake.gateway.deaf()
    await world.until(() => world.complaints.some((words) => words.includes('has been silent')))
    hear()
    await world.until(() => resumes(world) >= 1 && world.listening.state() === 'connected')
    const general = world.fake.guild({ name: 'G' }).channel({ name: 'general' })
    world.fake.person({ name: 'Ada' }).says(general, `<@${world.fake.bot.id}> hello again`)
    await world.until(() => world.intake.texts().includes('hello again'))
  })

  it('a gateway that gives no session is given up; the connection that was given up never comes back', async () => {
    const world = await make({ start: false, patience: { ready: 300 } })
    world.fake.gateway.refuseConnections = true
    await start(world)
    expect(world.complaints.join()).toContain('has had no session')
    world.fake.gateway.refuseConnections = false
    await world.until(() => world.listening.state() === 'connected')
    // discord.js comes back 500 ms after a close, also when it was destroyed meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(world.fake.gateway.connections()).toBe(1)
  })

  it('a gateway that closes each connection is left alone for a while', async () => {
    const world = await make({ start: false })
    world.fake.gateway.refuseConnections = true
    await start(world)
    expect(world.complaints.join()).toMatch(/closes each connection.*Trying again/)
  })

  it('its session outlives an outage in which nothing can be reached', async () => {
    const world = await make({ patience: { ready: 300 } })
    const general = world.fake.guild({ name: 'G' }).channel({ name: 'general' })
    const ada = world.fake.person({ name: 'Ada' })
    await world.fake.faults.down()
    const tries = () => world.complaints.filter((words) => words.includes('Trying again'))
    await world.until(() => tries().length >= 3)
    ada.says(general, `<@${world.fake.bot.id}> while away`)
    await world.fake.faults.up()
    await world.until(() => world.intake.texts().includes('while away'))
    expect(resumes(world)).toBe(1)
    expect(intentsOf(world)).toHaveLength(1)
  })

  it('what a connection that was given up says late is not taken for the new one’s', async () => {
    const world = await make({ patience: { silence: 300 }, fake: { limits: { heartbeatMs: 100_000 } } })
    // Its farewell hangs, and it hears nothing of what the other side does.
    const close = vi.spyOn(WebSocket.prototype, 'close').mockImplementationOnce(function (this: WebSocket) {
      this.pause()
      late = this
    })
    let late: WebSocket | null = null
    const hear = world.fake.gateway.deaf()
    const old = await world.until(() => late as WebSocket | null)
    close.mockRestore()
    hear()
    await world.until(() => world.listening.state() === 'connected' && resumes(world) === 1)
    old.emit('close', 4_200, Buffer.alloc(0))
    old.terminate()
    await setImmediate()
    expect(world.listening.state()).toBe('connected')
  })

  it('a connection that is cut again and again goes on with its session each time, without a pause', async () => {
    const world = await make()
    for (let n = 0; n < 8; n++) {
      await world.until(() => world.listening.state() === 'connected')
      world.fake.gateway.drop(4000)
      await world.until(() => world.listening.state() === 'connecting')
    }
    await world.until(() => world.listening.state() === 'connected')
    expect(resumes(world)).toBe(8)
    expect(world.complaints.join()).not.toContain('Trying again')
  }, 15_000)

  it('after the stop nothing is connected and nothing is taken in', async () => {
    const world = await make()
    const general = world.fake.guild({ name: 'G' }).channel({ name: 'general' })
    await world.listening.stop()
    world.fake.person({ name: 'Ada' }).says(general, `<@${world.fake.bot.id}> anybody?`)
    expect(world.intake.events).toEqual([])
    await world.until(() => world.fake.gateway.connections() === 0)
  })
})
