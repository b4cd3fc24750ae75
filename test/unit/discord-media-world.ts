import { pino } from 'pino'
import { createBuckets } from '../../adapters/discord/buckets.ts'
import { createDeferrals } from '../../adapters/discord/deferrals.ts'
import { createDownload } from '../../adapters/discord/download.ts'
import { createPacedGet } from '../../adapters/discord/paced-get.ts'
import { createDiscordPlatform } from '../../adapters/discord/platform.ts'
import { type Via, writeVia } from '../../adapters/discord/via.ts'
import { createWays } from '../../adapters/discord/ways.ts'
import { createWire } from '../../adapters/discord/wire.ts'
import type { Place } from '../../src/ports/event.ts'
import type { MediaFile, Part } from '../../src/ports/platform.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

/** Everything that goes out, towards the fake Discord, as the bot and as the answer to a command. */
export async function mediaWorld(options: DiscordFakeOptions = {}) {
  const clock = simulatedClock()
  const discord = await startDiscordFake({ now: () => clock.now(), ...options })
  discord.register([{ name: 'speak', type: 1, description: 'Speaks' }])
  const guild = discord.guild({ name: 'Analytical Engines' })
  const general = guild.channel({ name: 'general' })
  const ada = discord.person({ name: 'Ada' })
  const log = pino({ level: 'silent' })
  const buckets = createBuckets()
  const rights = { attach: true, speak: true }
  const wire = createWire({ token: discord.token, apiUrl: discord.apiUrl, clock, log, buckets })
  const platform = createDiscordPlatform({
    wire,
    ways: createWays(clock),
    deferrals: createDeferrals(),
    clock,
    log,
    self: () => discord.bot.id,
    may: (what) => rights[what],
    buckets,
    download: createDownload({
      get: createPacedGet(wire, () => ({ paced: (_, call) => call() }), buckets),
      apiUrl: discord.apiUrl,
      clock,
    }),
    start: async () => {},
    stop: async () => {},
  })

  const here: Place = {
    conversation: { platform: 'discord', workspace: guild.id, channel: general.id, thread: '' },
    root: null,
    direct: false,
  }

  /** A command that waits for its answer. */
  async function duringCommand(more: Partial<Via> = {}): Promise<Place> {
    const interaction = ada.slash(general, 'speak')
    const { id, token } = interaction
    await fetch(`${discord.apiUrl}/v10/interactions/${id}/${token}/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 5 }),
    })
    const via = writeVia({
      ...{ interaction: id, application: discord.applicationId, token, kind: 'command', private: false },
      ...{ reachable: true, at: clock.now(), ...more },
    })
    return { ...here, via }
  }

  return {
    ...{ discord, platform, clock, rights, general, ada, here, duringCommand },
    /** The newest message that the bot wrote. */
    shown: () =>
      discord
        .visible(general)
        .filter(({ fromBot }) => fromBot)
        .at(-1),
    requests: () => discord.ledger.requests.filter(({ method }) => method !== 'GET'),
  }
}

export const bytes = (size: number, fill = 7) => new Uint8Array(size).fill(fill)

export const picture = (more: Partial<MediaFile> = {}, content = bytes(2_000)): MediaFile => ({
  kind: 'picture',
  id: 'p1',
  name: 'painting.png',
  type: 'image/png',
  size: content.length,
  body: new Blob([content]),
  description: 'A lighthouse',
  ...more,
})

export const speech = (more: Partial<MediaFile> = {}): MediaFile => ({
  ...picture(more),
  kind: 'sound',
  name: 'answer.ogg',
  type: 'audio/ogg',
  voice: { seconds: 3.2, waveform: bytes(256, 200) },
})

export const alone = (file: MediaFile, more: Partial<Part> = {}): Part => ({
  markdown: '',
  state: 'done',
  controls: [],
  file,
  ...more,
})

export const signal = new AbortController().signal

export const how = (index = 1, more: object = {}) => ({ nonce: `n${index}`, index, signal, ...more })
