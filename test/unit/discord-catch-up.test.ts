import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { createUnreadable } from '../../adapters/discord/catch-up/unreadable.ts'
import { simulatedClock } from '../fakes/clock.ts'
import type { FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel, FakeGuild } from '../fakes/discord/places.ts'
import { type EarOptions, type EarWorld, earWorld, messageOf } from './discord-hearing-world.ts'

interface Scene {
  readonly world: EarWorld
  readonly guild: FakeGuild
  readonly general: FakeChannel
  readonly ada: FakePerson
  readonly me: string
}

const worlds: EarWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function scene(options: EarOptions = {}): Promise<Scene> {
  const world = await earWorld(options)
  worlds.push(world)
  const guild = world.fake.guild({ name: 'Guild' })
  const general = guild.channel({ name: 'general' })
  const ada = world.fake.person({ name: 'Ada', nick: 'Ada L.', roles: [guild.role({ name: 'Crew' })] })
  return { world, guild, general, ada, me: `<@${world.fake.bot.id}>` }
}

/** Said and taken in, so that there is a cursor. */
async function said({ world, ada, me, general }: Scene, text: string, where: FakeChannel | 'dm' = general) {
  const message = ada.says(where, `${me} ${text}`)
  await world.until(() => world.intake.texts().includes(text))
  return message
}

const fetches = (world: EarWorld) => world.fake.ledger.of('GET', '/channels/:channel/messages')

describe('after a restart', () => {
  it('the very first start fetches nothing', async () => {
    const { world, general, ada, me } = await scene()
    await world.listening.stop()
    ada.says(general, `${me} before anybody listened`)
    world.store.map.clear()
    world.intake.events.length = 0
    await world.restart()
    await said({ world, general, ada, me } as Scene, 'first')
    expect(fetches(world)).toEqual([])
    expect(world.intake.texts()).toEqual(['first'])
  })

  it('missed mentions and direct messages are fetched and admitted once, with name and roles', async () => {
    const it = await scene({ byRole: true })
    const { world, general, ada, me } = it
    await said(it, 'one')
    ada.says('dm', 'two')
    await world.until(() => world.intake.texts().includes('two'))
    await world.listening.stop()
    ada.says(general, `${me} three`)
    ada.says(general, 'not for anybody')
    ada.says(general, `${me} four`)
    ada.says('dm', 'five')
    await world.restart()
    await world.until(() => world.intake.texts().length === 5)
    expect(world.intake.texts().sort()).toEqual(['five', 'four', 'one', 'three', 'two'])
    const missed = world.intake.events.find((event) => event.kind === 'message' && event.text === 'three')
    expect(missed?.by).toMatchObject({ name: 'Ada L.' })
    expect(missed?.by.roles).toHaveLength(1)
  })

  it('in followed threads what was missed needs no mention, archived threads included', async () => {
    const it = await scene()
    const { world, ada } = it
    const root = await said(it, 'one')
    const thread = ada.opensThread(root, 'one')
    ada.says(thread, 'two')
    await world.until(() => world.intake.texts().includes('two'))
    await world.listening.stop()
    ada.says(thread, 'three')
    thread.archive()
    await world.restart()
    await world.until(() => world.intake.texts().includes('three'))
  })

  it('fetches only where something newer was said, and where it may read', async () => {
    const it = await scene()
    const { world, guild, general, ada, me } = it
    const quiet = guild.channel({ name: 'quiet' })
    const secret = guild.channel({ name: 'secret', permissions: { view: false } })
    ada.says(quiet, 'long ago')
    // Ids are told apart by the margin of 5 s: make the quiet channel's last message older than that.
    await said(it, 'one')
    await world.listening.stop()
    const cursor = [...world.store.map.keys()].find((key) => key.startsWith('discord:cursor:'))
    expect(cursor).toBeDefined()
    ada.says(secret, `${me} hidden`)
    ada.says(general, `${me} two`)
    await world.restart()
    await world.until(() => world.intake.texts().includes('two'))
    expect(fetches(world).map(({ path }) => path)).not.toContain(`/channels/${secret.id}/messages`)
  })

  it('messages are heard in order, page after page', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'start')
    await world.listening.stop()
    for (let n = 0; n < 230; n++) ada.says(general, n % 10 === 0 ? `${me} ${n}` : 'noise')
    await world.restart()
    await world.until(() => world.intake.texts().length === 24)
    expect(world.intake.texts().slice(1)).toEqual(Array.from({ length: 23 }, (_, n) => String(n * 10)))
    expect(fetches(world).length).toBe(3)
  })

  it('more than one turn’s messages: the newest are not lost', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'start')
    await world.listening.stop()
    for (let n = 0; n < 505; n++) ada.says(general, 'noise')
    ada.says(general, `${me} the newest`)
    await world.restart()
    await world.until(() => world.intake.texts().includes('the newest'))
  })

  it('a refusal that is not Discord’s word on this channel passes', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    await world.listening.stop()
    ada.says(general, `${me} two`)
    const blocked = { status: 403, body: '<html>Access denied</html>' }
    world.fake.faults.next({ method: 'GET', route: '/channels/:channel/messages' }, blocked, 1)
    await world.restart()
    await world.until(() => world.intake.texts().includes('two'))
  })

  it('a guild that stays away holds up no other, and is caught up with after a restart', async () => {
    const it = await scene()
    const { world, ada } = it
    const bad = world.fake.guild({ name: 'Bad' })
    const inBad = bad.channel({ name: 'general' })
    await said(it, 'one')
    const over = bad.outage()
    ada.says(inBad, 'nobody hears this one yet')
    const last = await said(it, 'two')
    const cursor = () =>
      [...world.store.map].find(([key]) => key.startsWith('discord:cursor:'))?.[1] as
        | { seen: string[]; left: Record<string, string> }
        | undefined
    await world.until(() => cursor()?.seen[0] === last.id)
    expect(Object.keys(cursor()?.left ?? {})).toEqual([bad.id])
    await world.restart()
    const later = await said(it, 'three')
    await world.until(() => cursor()?.seen[0] === later.id)
    expect(Object.keys(cursor()?.left ?? {})).toEqual([bad.id])
    over()
    await world.until(() => fetches(world).some(({ path }) => path.includes(inBad.id)))
    await world.until(() => Object.keys(cursor()?.left ?? {}).length === 0)
  })

  it('what people said in a thread before the bot was called in is not for it, however far back is fetched', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    const thread = ada.opensThread(ada.says(general, 'our own matter'), 'matter')
    ada.says(thread, 'gossip')
    ada.says(thread, `${me} join us`)
    await world.until(() => world.intake.texts().includes('join us'))
    await world.listening.stop()
    // A cursor that stood still for the sake of another channel.
    for (const [key, value] of world.store.map)
      if (key.startsWith('discord:cursor:'))
        world.store.map.set(key, { ...(value as object), seen: [String(BigInt(thread.id) - 1n)] })
    ada.says(thread, 'missed')
    await world.restart()
    await world.until(() => world.intake.texts().includes('missed'))
    expect(world.intake.texts()).toEqual(['one', 'join us', 'missed'])
  })

  it('what the inbox never took in is fetched by the next process', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    world.intake.admitting = async () => {
      throw new Error('disk full')
    }
    ada.says(general, `${me} lost?`)
    await world.until(() => world.complaints.some((words) => words.includes('could not be taken in')))
    await world.listening.stop()
    world.intake.admitting = null
    await world.restart()
    await world.until(() => world.intake.texts().includes('lost?'))
    expect(world.intake.texts()).toEqual(['one', 'lost?'])
  })
})

describe('several shards', () => {
  it('each hears its guilds, and each fetches what it missed', async () => {
    const world = await earWorld({ start: false })
    worlds.push(world)
    world.fake.gateway.shards = 2
    await world.listening.start(world.intake, AbortSignal.timeout(5_000))
    const guilds = Array.from({ length: 6 }, (_, n) => world.fake.guild({ name: `Guild ${n}` }))
    const channels = guilds.map((guild) => guild.channel({ name: 'general' }))
    const ada = world.fake.person({ name: 'Ada' })
    const me = `<@${world.fake.bot.id}>`
    for (const [n, channel] of channels.entries()) ada.says(channel, `${me} heard ${n}`)
    await world.until(() => world.intake.texts().length === 6)
    await world.listening.stop()
    for (const [n, channel] of channels.entries()) ada.says(channel, `${me} missed ${n}`)
    await world.restart()
    await world.until(() => world.intake.texts().length === 12)
    const kept = [...world.store.map].find(([key]) => key.startsWith('discord:cursor:'))?.[1]
    expect(kept).toMatchObject({ shards: 2 })
    expect((kept as { seen: string[] }).seen.every((id) => id !== '')).toBe(true)
  })
})

describe('where it may not read what was said', () => {
  it('one line a start says in how many channels', async () => {
    const clock = simulatedClock()
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line).msg) })
    const unreadable = createUnreadable(clock, log, new AbortController().signal)
    for (const channel of ['1', '2', '2']) unreadable(channel)
    await clock.advance(60_000)
    unreadable('3')
    await clock.advance(60_000)
    expect(lines).toEqual(['Parley can’t catch up in 2 channels: Read Message History is missing there'])
  })
})

describe('while it runs', () => {
  it('a session that can’t be resumed leaves nothing out', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    const back = world.fake.gateway.away()
    ada.says(general, `${me} two`)
    ada.says(general, `${me} three`)
    back()
    await world.until(() => world.intake.texts().length === 3)
    expect(world.intake.texts()).toEqual(['one', 'two', 'three'])
  })

  it('a failed fetch is made again', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    world.fake.faults.next({ method: 'GET', route: '/channels/:channel/messages' }, { status: 502 }, 1)
    const back = world.fake.gateway.away()
    ada.says(general, `${me} two`)
    back()
    await world.until(() => world.intake.texts().includes('two'))
    expect(fetches(world).length).toBeGreaterThan(1)
  })

  it('a guild that was away is a gap of its own', async () => {
    const it = await scene()
    const { world, guild, general, ada, me } = it
    await said(it, 'one')
    const over = guild.outage()
    // The fake goes on telling; a message of which nothing comes is one that was said while nobody was connected.
    await world.until(() => world.listening.client()?.guilds.cache.get(guild.id)?.available === false)
    over()
    await world.until(() => fetches(world).some(({ path }) => path.includes(general.id)))
    ada.says(general, `${me} two`)
    await world.until(() => world.intake.texts().includes('two'))
    expect(world.intake.texts()).toEqual(['one', 'two'])
  })

  it('a new message waits for the older ones of its channel', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await said(it, 'one')
    world.fake.faults.next({ method: 'GET', route: '/channels/:channel/messages' }, { delayMs: 250 }, 1)
    const back = world.fake.gateway.away()
    ada.says(general, `${me} missed`)
    back()
    await world.until(() => fetches(world).length > 0)
    ada.says(general, `${me} new`)
    await world.until(() => world.intake.texts().length === 3)
    expect(world.intake.texts()).toEqual(['one', 'missed', 'new'])
  })

  it('dropped at random moments, every message is admitted once', async () => {
    const seed = 20261120
    let state = seed
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    const it = await scene()
    const { world, guild, general, ada, me } = it
    const channels = [general, guild.channel({ name: 'second' }), guild.channel({ name: 'third' })]
    await said(it, 'begin')
    const expected = ['begin']
    for (let n = 0; n < 12; n++) {
      const faults = [
        () => world.fake.gateway.drop(4000),
        () => world.fake.gateway.reconnect(),
        () => world.fake.gateway.reset(),
        () => world.fake.gateway.invalidate(false),
        () => world.fake.gateway.away()(),
      ]
      const at = Math.floor(random() * 6)
      for (let m = 0; m < 6; m++) {
        if (m === at) faults[Math.floor(random() * faults.length)]?.()
        const text = `${n}.${m}`
        expected.push(text)
        ada.says(channels[Math.floor(random() * channels.length)] as FakeChannel, `${me} ${text}`)
        if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 40))
      }
    }
    await world
      .until(() => new Set(world.intake.texts()).size === expected.length, 15_000)
      .catch((error: unknown) => {
        throw new Error(
          `seed ${seed}: missing ${expected.filter((text) => !world.intake.texts().includes(text))}`,
          {
            cause: error,
          },
        )
      })
    expect([...world.intake.texts()].sort(), `seed ${seed}`).toEqual(expected.sort())
    expect(messageOf(world.intake.events[0]).text).toBe('begin')
  }, 30_000)
})
