import { type APIInteraction, GatewayDispatchEvents } from 'discord-api-types/v10'
import { createBuckets } from '../../adapters/discord/buckets.ts'
import { createDeferrals } from '../../adapters/discord/deferrals.ts'
import { createDirectory } from '../../adapters/discord/directory.ts'
import { createGateway } from '../../adapters/discord/gateway.ts'
import { createInteractions } from '../../adapters/discord/interactions/interactions.ts'
import { createRegistration } from '../../adapters/discord/interactions/registration.ts'
import { createPacedGet } from '../../adapters/discord/paced-get.ts'
import { createWire } from '../../adapters/discord/wire.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { placeOf } from '../../src/conversation/place.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Form } from '../../src/ports/command.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import type { Admission, Intake } from '../../src/ports/intake.ts'
import { type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

/** Interactions with the real discord.js, and the commands that Parley has, at a Discord of our own. */
export async function connected(options: DiscordFakeOptions = {}) {
  const discord = await startDiscordFake(options)
  const [clock, log, over] = [systemClock(), silentLog(), new AbortController()]
  const guild = discord.guild({ name: 'Hall' })
  const channel = guild.channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const kept = new Map<string, unknown>()
  const wire = createWire({
    token: discord.token,
    apiUrl: discord.apiUrl,
    clock,
    log,
    buckets: createBuckets(),
  })
  const heard: InboundEvent[] = []
  const under: Promise<void>[] = []
  const given = {
    admits: async (_: InboundEvent): Promise<Admission> => 'new',
    form: async (_: string): Promise<Form | null> => null,
    suggest: async (_: string): Promise<readonly string[]> => [],
  }
  const intake: Intake = {
    commands,
    admit: async (event) => {
      const admission = await given.admits(event)
      if (admission === 'new') heard.push(event)
      return admission
    },
    place: async (spot) => placeOf(spot, 'thread'),
    follows: async () => false,
    suggest: (_, typed) => given.suggest(typed),
    form: (command) => given.form(command),
    overview: async () => null,
    paced: (_, call) => call(),
  }
  const get = createPacedGet(wire, () => intake, createBuckets())
  const gateway = createGateway({
    token: discord.token,
    apiUrl: discord.apiUrl,
    followUps: true,
    clock,
    chance: systemChance(),
    log,
    hear: ({ t, d }) => {
      if (t === GatewayDispatchEvents.InteractionCreate) under.push(interactions.hear(d as APIInteraction))
    },
  })
  const deferrals = createDeferrals()
  const make = () =>
    createInteractions({
      intake,
      wire,
      get,
      deferrals,
      directory: createDirectory({ client: gateway.client, get, recall: async () => null }),
      self: () => discord.bot.id,
      clock,
      log,
      signal: over.signal,
    })
  let interactions = make()
  /** Until it has nothing to do for hours. */
  async function register() {
    const done = new AbortController()
    const restless: Clock = {
      ...clock,
      sleep: async (ms, signal) => (ms > 3_600_000 ? done.abort() : clock.sleep(ms, signal)),
    }
    await createRegistration({
      intake,
      wire,
      store: {
        get: async <T>(key: string) => kept.get(key) as T | undefined,
        getMany: async () => [],
        set: async (key, value) => Boolean(kept.set(key, value)),
        delete: async () => true,
        deleteMany: async () => true,
      },
      clock: restless,
      log,
    }).run(discord.applicationId, AbortSignal.any([done.signal, over.signal]))
  }
  await gateway.start(over.signal)
  await register()

  return {
    discord,
    guild,
    channel,
    ann,
    wire,
    deferrals,
    heard,
    given,
    register,
    signal: over.signal,
    /** Everything that was heard so far is done with. */
    settled: () => Promise.all(under),
    restart: () => {
      interactions = make()
    },
    close: async () => {
      over.abort(new Error('the test is over'))
      await Promise.all(under)
      await gateway.stop()
      await discord.close()
    },
  }
}
