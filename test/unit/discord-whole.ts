import { createDiscord, type DiscordOptions } from '../../adapters/discord/discord.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { placeOf } from '../../src/conversation/place.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'
import { type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

/** The whole adapter with the real discord.js, at a Discord of our own. */
export async function wholeDiscord(
  fakeOptions: DiscordFakeOptions = {},
  options: Partial<DiscordOptions> = {},
  /** Before an event is taken in. */
  beforehand: () => Promise<void> = async () => {},
) {
  const fake = await startDiscordFake(fakeOptions)
  const guild = fake.guild({ name: 'Analytical Engines' })
  const channel = guild.channel({ name: 'general' })
  const ada = fake.person({ name: 'Ada' })
  const heard: InboundEvent[] = []
  const discord = createDiscord({
    token: fake.token,
    apiUrl: fake.apiUrl,
    store: memory(),
    clock: systemClock(),
    chance: systemChance(),
    log: silentLog(),
    followUps: true,
    byRole: false,
    ...options,
  })
  const intake: Intake = {
    admit: async (event) => {
      await beforehand()
      heard.push(event)
      return 'new'
    },
    place: async (spot) => placeOf(spot, 'thread'),
    follows: async () => false,
    commands,
    suggest: async () => [],
    form: async () => null,
    overview: async () => null,
    paced: (_, call) => call(),
  }
  await discord.platform.start(intake, new AbortController().signal)
  return {
    fake,
    guild,
    channel,
    ada,
    heard,
    discord,
    platform: discord.platform,
    /** The next event that was admitted. */
    async next(): Promise<InboundEvent> {
      await fake.until(() => heard.length > 0)
      const event = heard.shift()
      if (!event) throw new Error('Nothing was heard')
      return event
    },
    async close() {
      await discord.platform.stop()
      await fake.close()
    },
  }
}

function memory(): Store {
  const kept = new Map<string, unknown>()
  return {
    get: async <T>(key: string) => kept.get(key) as T | undefined,
    getMany: async <T>(keys: string[]) => keys.map((key) => kept.get(key) as T | undefined),
    set: async (key, value) => {
      kept.set(key, structuredClone(value))
      return true
    },
    delete: async (key) => kept.delete(key),
    deleteMany: async (keys) => keys.map((key) => kept.delete(key)).some(Boolean),
  }
}
