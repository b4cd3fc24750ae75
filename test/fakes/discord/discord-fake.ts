import type { APIUser } from 'discord-api-types/v10'
import { accountRoutes, register } from './account-routes.ts'
import { createCdn } from './cdn.ts'
import { channelRoutes, directChannel } from './channel-routes.ts'
import { createFaults, type Fault, type FaultMatch } from './faults.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { interactionRoutes } from './interaction-routes.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { DEFAULT_LIMITS, type FakeLimits } from './limits.ts'
import { messageRoutes } from './message-routes.ts'
import { type FakeMessage, type FakePerson, newPerson, type PersonOptions, type Where } from './people.ts'
import { channelHandle, type FakeChannel, type FakeGuild, newGuild } from './places.ts'
import { type SeenMessage, seen, visible } from './seeing.ts'
import { startServer } from './server.ts'
import { createWorld, newChannel, type World } from './world.ts'

export interface DiscordFakeOptions {
  /** The round trip of a request, ms; half of it each way, and half for a dispatch. */
  readonly latency?: () => number
  readonly limits?: Partial<FakeLimits>
  /** Ms since 1970; limits, tokens and links go by it. */
  readonly now?: () => number
  /** Which privileged intents are switched on at Discord's developer portal. */
  readonly intents?: { readonly messageContent: boolean }
}

export interface DiscordFake {
  /** As `https://discord.com/api`: without the version. */
  readonly apiUrl: string
  readonly token: string
  readonly bot: APIUser
  readonly applicationId: string
  guild(options: { readonly name: string; readonly installed?: boolean }): FakeGuild
  person(options: PersonOptions): FakePerson
  /** A group's private channel, that the bot is no member of. */
  group(members: readonly FakePerson[]): FakeChannel
  visible(where: Where, options?: { readonly as?: FakePerson; readonly system?: boolean }): SeenMessage[]
  /** A message as it is now; null when it is gone. */
  message(message: FakeMessage): SeenMessage | null
  threadOf(message: FakeMessage): FakeChannel | null
  nameOf(channel: { readonly id: string }): string
  readonly ledger: Ledger
  /** Waits until `check` gives something true; looked at after every request and gateway frame, and every 10 ms. Rejects after `withinMs` (5 s). */
  until<T>(check: () => T, withinMs?: number): Promise<NonNullable<T>>
  readonly commands: { readonly current: World['commands']['current']; readonly puts: number }
  /** Every interaction so far, in order. */
  interactions(): readonly { readonly id: string; readonly token: string; readonly type: number }[]
  /** Puts commands in place without a bot. */
  register(commands: unknown): void
  readonly faults: {
    next(match: FaultMatch, fault: Fault, times?: number): void
    clear(): void
    /** The whole host: connections are refused, and cut. */
    down(): Promise<void>
    up(): Promise<void>
  }
  readonly gateway: Gateway['controls']
  readonly cdn: { lifeMs: number; expireAll(): void }
  /** From now on the intent is on, or off, at the developer portal. */
  allowMessageContent(on: boolean): void
  close(): Promise<void>
}

/** Discord as a server on this machine: its gateway, its REST v10, its limits, and the faults a test asks for. */
export async function startDiscordFake(options: DiscordFakeOptions = {}): Promise<DiscordFake> {
  const { latency = () => 0, now = Date.now, intents = { messageContent: true } } = options
  const world = createWorld(now, { ...DEFAULT_LIMITS, ...options.limits })
  world.contentAllowed = intents.messageContent
  const ledger = createLedger()
  const faults = createFaults()
  let origin = ''
  const cdn = createCdn(world, () => origin)
  world.linkOf = cdn.linkOf
  const routes = [
    ...messageRoutes(world),
    ...channelRoutes(world),
    ...interactionRoutes(world),
    ...accountRoutes(world, () => gateway.facts()),
  ]
  const server = await startServer(world, routes, ledger, faults, cdn, latency)
  origin = `http://127.0.0.1:${server.port}`
  const gateway = createGateway(world, server.server, ledger, () => origin, latency)

  return {
    apiUrl: `${origin}/api`,
    token: world.token,
    bot: world.bot,
    applicationId: world.applicationId,
    guild: (about) => newGuild(world, about),
    person: (about) => newPerson(world, about, ledger),
    group: (members) =>
      channelHandle(
        world,
        newChannel(world, { type: 3, name: 'a group', recipients: members.map(({ id }) => id) }),
      ),
    visible(where, { as, system = false } = {}) {
      if (where === 'dm' && as === undefined) throw new Error(`visible('dm') needs {as: somebody}`)
      const id = where === 'dm' ? directChannel(world, as!.id).id : where.id
      return visible(world, id, as?.id ?? null, system)
    },
    message({ channelId, id }) {
      const found = world.channels.get(channelId)?.messages.get(id)
      return found === undefined ? null : seen(world, found)
    },
    threadOf({ channelId, id }) {
      const thread = world.channels.get(channelId)?.messages.get(id)?.threadId ?? null
      const state = thread === null ? undefined : world.channels.get(thread)
      return state === undefined ? null : channelHandle(world, state)
    },
    nameOf: ({ id }) => world.channels.get(id)?.name ?? '',
    ledger,
    until: (check, withinMs = 5_000) => ledger.until(check, withinMs),
    commands: {
      get current() {
        return world.commands.current
      },
      get puts() {
        return world.commands.puts
      },
    },
    interactions: () => [...world.interactions.values()],
    register: (commands) => register(world, commands),
    faults: { next: faults.next, clear: faults.clear, down: server.down, up: server.up },
    gateway: gateway.controls,
    cdn,
    allowMessageContent(on) {
      world.contentAllowed = on
    },
    async close() {
      gateway.close()
      await server.close()
    },
  }
}
