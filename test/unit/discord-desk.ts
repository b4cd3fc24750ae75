import { createBuckets } from '../../adapters/discord/buckets.ts'
import type { ChannelFacts } from '../../adapters/discord/channel-facts.ts'
import { createDeferrals } from '../../adapters/discord/deferrals.ts'
import { createDownload } from '../../adapters/discord/download.ts'
import type { Outgoing } from '../../adapters/discord/outgoing.ts'
import { createPacedGet } from '../../adapters/discord/paced-get.ts'
import { createDiscordPlatform } from '../../adapters/discord/platform.ts'
import { type Via, writeVia } from '../../adapters/discord/via.ts'
import { createWays } from '../../adapters/discord/ways.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { type Script, scriptedDiscord } from './discord-http.ts'

export const bot = '100000000000000001'
export const channel = '200000000000000001'
export const question = '300000000000000001'
export const token = 'aW50ZXJhY3Rpb246c2VjcmV0'

/** The platform with its real wire, towards a server that answers as scripted. */
export async function desk(...scripts: Script[]) {
  const server = await scriptedDiscord(scripts)
  const clock = simulatedClock()
  const deferrals = createDeferrals()
  const opened: ChannelFacts[] = []
  const rights = { attach: true, speak: true }
  const outgoing: Outgoing = {
    wire: server.wire,
    ways: createWays(clock),
    deferrals,
    clock,
    log: server.log,
    self: () => bot,
    may: (what) => rights[what],
    opened: (thread) => void opened.push(thread),
  }
  const get = createPacedGet(server.wire, () => ({ paced: (_, call) => call() }), createBuckets())
  const platform = createDiscordPlatform({
    ...outgoing,
    buckets: server.buckets,
    download: createDownload({ get, apiUrl: `${server.origin}/api`, clock }),
    start: async () => {},
    stop: async () => {},
  })
  return {
    ...server,
    clock,
    deferrals,
    platform,
    /** What the gateway's caches say of the bot's permissions; tests change them. */
    rights,
    /** Threads that were opened. */
    opened,
    /** A place with an interaction that came just now. */
    during: (via: Partial<Via> = {}): Place => ({
      ...inChannel,
      via: writeVia({ ...interaction, at: clock.now(), ...via }),
    }),
    /** Method, path and body of what was received. */
    calls: () =>
      server.received.map(({ method, url, body }) => ({
        call: `${method} ${decodeURIComponent(url.replace('/api/v10', ''))}`,
        body: body.startsWith('{') ? JSON.parse(body) : body,
      })),
  }
}

const interaction: Via = {
  interaction: '400000000000000001',
  application: bot,
  token,
  kind: 'command',
  private: false,
  reachable: true,
  at: 0,
}

export const inChannel: Place = {
  conversation: { platform: 'discord', workspace: '500000000000000001', channel, thread: '' },
  root: null,
  direct: false,
}

export const part = (markdown: string, more: Partial<Part> = {}): Part => ({
  markdown,
  state: 'done',
  controls: [],
  ...more,
})

const { signal } = new AbortController()

export const how = (index = 0, more: object = {}) => ({ nonce: `n${index}`, index, signal, ...more })

export const messageJson = (id: string, more: object = {}) => ({
  id,
  channel_id: channel,
  author: { id: bot },
  attachments: [],
  flags: 0,
  ...more,
})
