import type { FakeLimits } from './limits.ts'
import type {
  ChannelState,
  FileState,
  HookState,
  Json,
  MessageState,
  TeamState,
  TokenState,
  UploadState,
  UserState,
  ViewState,
} from './states.ts'

/** What a delivery carries to the app. */
export interface Delivery {
  readonly kind: 'events_api' | 'slash_commands' | 'interactive'
  readonly payload: Json
  /** Called once, with what was acknowledged, or null when nobody did within 3 s. */
  readonly acknowledged?: (body: unknown, afterMs: number) => void
  readonly failed?: (why: string) => void
}

/** Everything that exists, and when. */
export function createWorld(
  now: () => number,
  limits: FakeLimits,
  collide: boolean,
  subscribed: ReadonlySet<string>,
) {
  let made = 0
  let newest = 0
  const id = (prefix: string) => `${prefix}0${(++made).toString(36).toUpperCase().padStart(8, '0')}`
  const app = id('A')
  return {
    now,
    limits,
    /** Grows with every id. */
    id,
    // An app-level token says whose it is.
    app: { id: app, token: `xapp-1-${app}-1-fake`, scopes: new Set(['connections:write']) },
    client: { id: '1111111111.2222222222', secret: 'fake-client-secret' },
    signingSecret: 'f4ke5igning5ecret0123456789abcdef',
    subscribed,
    teams: new Map<string, TeamState>(),
    users: new Map<string, UserState>(),
    channels: new Map<string, ChannelState>(),
    files: new Map<string, FileState>(),
    /** Announced, not yet complete. */
    uploads: new Map<string, UploadState>(),
    views: new Map<string, ViewState>(),
    tokens: new Map<string, TokenState>(),
    triggers: new Map<
      string,
      { readonly team: string; readonly user: string; readonly at: number; used: boolean }
    >(),
    /** The view that was opened by a trigger. */
    opened: new Map<string, string>(),
    hooks: new Map<string, HookState>(),
    /** Microseconds that are unique in the channel, and everywhere unless collisions are wanted. */
    ts(channel: Pick<ChannelState, 'lastTs'>): string {
      const at = collide ? Math.floor(now() / 1000) * 1_000_000 : now() * 1000
      const micros = Math.max(Math.floor(at), (collide ? channel.lastTs : newest) + 1)
      channel.lastTs = micros
      newest = Math.max(newest, micros)
      return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`
    },
    /** Filled in by the server and the delivery. */
    origin: '',
    deliver: (_delivery: Delivery): void => {},
    changed: (): void => {},
  }
}

export type World = ReturnType<typeof createWorld>

export function newMessage(
  world: World,
  channel: ChannelState,
  facts: Partial<MessageState> & { readonly user: string },
): MessageState {
  const at = world.now()
  const message: MessageState = {
    ts: world.ts(channel),
    channel: channel.id,
    thread: null,
    botId: world.users.get(facts.user)?.botId ?? null,
    subtype: null,
    broadcast: false,
    visibleTo: null,
    at,
    text: '',
    markdown: null,
    blocks: [],
    attachments: [],
    files: [],
    metadata: null,
    edited: null,
    edits: 0,
    stream: null,
    history: [],
    reactions: new Set(),
    ...facts,
  }
  channel.messages.set(message.ts, message)
  // A message takes the status away.
  if (message.visibleTo === null && message.botId !== null)
    channel.statuses.delete(message.thread ?? message.ts)
  return message
}

export const teamOf = (world: World, id: string): TeamState => {
  const team = world.teams.get(id)
  if (team === undefined) throw new Error(`no workspace ${id}`)
  return team
}

export const userOf = (world: World, id: string): UserState => {
  const user = world.users.get(id)
  if (user === undefined) throw new Error(`no person ${id}`)
  return user
}

export const channelOf = (world: World, id: string): ChannelState => {
  const channel = world.channels.get(id)
  if (channel === undefined) throw new Error(`no channel ${id}`)
  return channel
}

/** The direct messages between a person and the app, begun when they weren't yet. */
export function directChannel(world: World, team: string, user: string): ChannelState {
  for (const channel of world.channels.values())
    if (channel.kind === 'im' && channel.team === team && channel.user === user) return channel
  return newChannel(world, { team, kind: 'im', name: 'directmessage', user, member: true })
}

export function newChannel(
  world: World,
  facts: Partial<ChannelState> & Pick<ChannelState, 'team' | 'kind' | 'name'>,
): ChannelState {
  const channel: ChannelState = {
    id: world.id(facts.kind === 'im' ? 'D' : facts.kind === 'channel' ? 'C' : 'G'),
    user: null,
    shared: [],
    createdAt: world.now(),
    member: true,
    archived: false,
    messages: new Map(),
    lastTs: 0,
    statuses: new Map(),
    titles: new Map(),
    prompts: new Map(),
    ...facts,
  }
  world.channels.set(channel.id, channel)
  return channel
}
