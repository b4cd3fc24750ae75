import { pino } from 'pino'
import { createBuckets } from '../../adapters/discord/buckets.ts'
import { createDeferrals } from '../../adapters/discord/deferrals.ts'
import { createDownload } from '../../adapters/discord/download.ts'
import { createPacedGet } from '../../adapters/discord/paced-get.ts'
import { createDiscordPlatform } from '../../adapters/discord/platform.ts'
import { writeVia } from '../../adapters/discord/via.ts'
import { channelOf, createWays } from '../../adapters/discord/ways.ts'
import { createWire } from '../../adapters/discord/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Place } from '../../src/ports/event.ts'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { deaf, type PlatformWorld } from './platform.ts'

/** Everything that goes out, towards the fake Discord. Nothing is heard: no gateway is connected. */
export async function discordWorld(): Promise<PlatformWorld> {
  const discord = await startDiscordFake()
  discord.register([
    { name: 'ask', type: 1, description: 'Asks', integration_types: [0, 1], contexts: [0, 1, 2] },
  ])
  const guild = discord.guild({ name: 'Analytical Engines' })
  const [general, random] = [guild.channel({ name: 'general' }), guild.channel({ name: 'random' })]
  const [ada, grace] = [discord.person({ name: 'Ada' }), discord.person({ name: 'Grace' })]
  const clock = systemClock()
  const log = pino({ level: 'silent' })
  const buckets = createBuckets()
  const wire = createWire({ token: discord.token, apiUrl: discord.apiUrl, clock, log, buckets })
  const platform = createDiscordPlatform({
    wire,
    ways: createWays(clock),
    deferrals: createDeferrals(),
    clock,
    log,
    self: () => discord.bot.id,
    may: () => true,
    buckets,
    download: createDownload({
      get: createPacedGet(wire, () => deaf, createBuckets()),
      apiUrl: discord.apiUrl,
      clock,
    }),
    start: async () => {},
    stop: async () => {},
  })

  const at = (channel: string, thread = '', root: string | null = null): Place => ({
    conversation: { platform: 'discord', workspace: guild.id, channel, thread },
    root: root === null ? null : { channel, id: root },
    direct: false,
  })
  const question = ada.says(general, 'a question')
  const bytes = new Uint8Array([1, 2, 3])
  const withFile = ada.says(general, 'look', { files: [{ name: 'a.bin', bytes }] })
  const attachment = discord.message(withFile)?.attachments[0]?.id ?? ''

  const shown = (place: Place, as: typeof ada) =>
    discord.visible({ id: channelOf(place) }, { as }).filter(({ fromBot }) => fromBot)
  const seenBy = async (id: string, place: Place) =>
    shown(place, id === ada.id ? ada : grace).map(({ content }) => content)

  return {
    platform,
    place: at(random.id),
    unopened: at(general.id, question.id, question.id),
    nowhere: at('999999999999999999'),
    async whisper() {
      const { id, token } = ada.slash(random, 'ask')
      await wire.call(
        {
          method: 'POST',
          route: `/interactions/${id}/${token}/callback`,
          body: { type: 5, data: { flags: 64 } },
          auth: false,
        },
        new AbortController().signal,
      )
      const via = writeVia({
        interaction: id,
        application: discord.applicationId,
        token,
        kind: 'command',
        private: true,
        reachable: true,
        at: clock.now(),
      })
      return { ...at(random.id), via }
    },
    seen: (place) => seenBy(ada.id, place),
    people: [ada.id, grace.id],
    seenBy,
    files: async (place) =>
      shown(place, ada).flatMap(({ attachments }) =>
        attachments.map((file) => [file.name, new TextDecoder().decode(file.bytes)] as const),
      ),
    media: async (place) =>
      shown(place, ada).flatMap(({ attachments }) =>
        attachments.map((file) => [file.name, Buffer.from(file.bytes).toString('hex')] as const),
      ),
    titleOf: async (place) => discord.nameOf({ id: channelOf(place) }),
    file: {
      ref: {
        id: `${general.id}/${withFile.id}/${attachment}`,
        name: 'a.bin',
        type: null,
        size: 3,
        url: null,
      },
      bytes,
    },
    close: discord.close,
  }
}
