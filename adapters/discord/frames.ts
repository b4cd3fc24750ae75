import { GatewayDispatchEvents as Event, GatewayOpcodes } from 'discord-api-types/v10'
import { idOf } from './catch-up/snowflake.ts'

/** A frame of the gateway, as little as can be known of it. */
export interface Frame {
  readonly op?: unknown
  readonly t?: unknown
  readonly d?: unknown
}

type Fields = Readonly<Record<string, unknown>>

/**
 * A frame that discord.js and the rest can work on: what may be left out is filled in, and dispatches whose ids are no
 * ids become ones that nobody knows, though they count. Throws where there is nothing to go on with.
 */
export function mended<T extends Frame>(frame: T): T {
  switch (frame.op) {
    case GatewayOpcodes.Dispatch:
      return { ...frame, ...dispatch(frame) }
    case GatewayOpcodes.InvalidSession:
      return { ...frame, d: frame.d === true }
    case GatewayOpcodes.Hello:
      // Without it heartbeats would be sent without a pause.
      if (!(Number(fieldsOf(frame.d).heartbeat_interval) > 0))
        throw new TypeError('A HELLO without an interval')
      return frame
    default:
      return frame
  }
}

const unusable = { t: 'UNUSABLE', d: {} } as const

/** The ids without which a dispatch says nothing. */
const needed = new Map<unknown, readonly string[]>([
  [Event.GuildCreate, ['id']],
  [Event.GuildUpdate, ['id']],
  [Event.GuildDelete, ['id']],
  [Event.ChannelCreate, ['id']],
  [Event.ChannelUpdate, ['id']],
  [Event.ChannelDelete, ['id']],
  [Event.ThreadCreate, ['id']],
  [Event.ThreadUpdate, ['id']],
  [Event.ThreadDelete, ['id']],
  [Event.ThreadListSync, ['guild_id']],
  [Event.MessageCreate, ['id', 'channel_id']],
  [Event.MessageUpdate, ['id', 'channel_id']],
  [Event.MessageDelete, ['id', 'channel_id']],
  [Event.MessageDeleteBulk, ['channel_id']],
  [Event.InteractionCreate, ['id', 'application_id']],
])
/** Where they are told of at all. */
const optional = ['guild_id', 'channel_id', 'parent_id'] as const
/** Within an interaction. */
const parts = ['channel', 'message', 'user'] as const

function dispatch({ t, d }: Frame): Pick<Frame, 't' | 'd'> {
  if (t === Event.Ready) return { t, d: ready(fieldsOf(d)) }
  const ids = needed.get(t)
  if (ids === undefined) return { t, d }
  const fields = fieldsOf(d)
  if (!ids.every((name) => isId(fields[name]))) return unusable
  if (!optional.every((name) => isAbsent(fields[name]) || isId(fields[name]))) return unusable
  switch (t) {
    case Event.GuildCreate:
      return { t, d: guild(fields) }
    case Event.MessageDeleteBulk:
      return { t, d: { ...fields, ids: listOf(fields.ids).filter(isId) } }
    case Event.InteractionCreate:
      return isInteraction(fields) ? { t, d } : unusable
    default:
      return { t, d }
  }
}

function ready(d: Fields): Fields {
  const self = fieldsOf(d.user).id
  if (!isId(self) || typeof d.session_id !== 'string')
    throw new TypeError('A READY without a user or a session')
  const application = fieldsOf(d.application)
  // Bots of 2016 and later have the id of their application.
  return {
    ...d,
    guilds: named(d.guilds),
    application: isId(application.id) ? application : { id: self, flags: 0 },
  }
}

/** Without those that have no id. What is left out stays so: discord.js then keeps what it knows. */
function guild(d: Fields): Fields {
  const kept = lists.flatMap((name) => (Array.isArray(d[name]) ? [[name, named(d[name])]] : []))
  return { ...without(d, lists), ...Object.fromEntries(kept) }
}

const lists = ['channels', 'threads', 'roles'] as const

const without = (d: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(d).filter(([name]) => !names.includes(name)))

function isInteraction(d: Fields): boolean {
  if (typeof d.token !== 'string' || !/^[^\s/?#%]+$/.test(d.token)) return false
  const all = [...parts.map((name) => d[name]), fieldsOf(d.member).user]
  return all.every((part) => isAbsent(part) || isId(fieldsOf(part).id))
}

const isId = (value: unknown): value is string => idOf(value) !== null
const isAbsent = (value: unknown): boolean => value === undefined || value === null
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
/** Those that have an id. */
const named = (value: unknown): readonly unknown[] => listOf(value).filter((one) => isId(fieldsOf(one).id))

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})
