import { channelFor, personFor, rootIn } from './finding.ts'
import { type Arguments, type Call, type Method, Refusal, text, textOr } from './method.ts'
import { renderMessage, repliesTo } from './rendering.ts'
import { renderChannel } from './rendering-places.ts'
import type { ChannelState, Json, MessageState, TeamState } from './states.ts'
import { directChannel, type World } from './world.ts'

const SCOPES = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const
const TYPES = { channel: 'public_channel', group: 'private_channel', im: 'im', mpim: 'mpim' } as const

function need(team: TeamState, channel: ChannelState, what: 'history' | 'read'): void {
  const needed = `${SCOPES[channel.kind]}:${what}`
  if (!team.scopes.has(needed))
    throw new Refusal('missing_scope', { needed, provided: [...team.scopes].join(',') })
}

/** A page of a list; the cursor says where the next begins. */
function page<T>(
  all: readonly T[],
  args: Arguments,
  most: number,
  usual: number,
): { found: readonly T[]; more: Json } {
  const limit = Math.min(typeof args.limit === 'number' && args.limit > 0 ? args.limit : usual, most)
  const cursor = textOr(args, 'cursor')
  const from =
    cursor === null || cursor === ''
      ? 0
      : Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''))
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor')
  const next = from + limit
  const more = next < all.length
  const next_cursor = more ? Buffer.from(`next:${next}`).toString('base64') : ''
  return { found: all.slice(from, next), more: { has_more: more, response_metadata: { next_cursor } } }
}

/** conversations.*, users.conversations and reactions. */
export function conversationMethods(world: World): Method[] {
  function within(messages: readonly MessageState[], args: Arguments): MessageState[] {
    const oldest = textOr(args, 'oldest') ?? '0'
    const latest = textOr(args, 'latest')
    const inclusive = args.inclusive === true
    return messages.filter(({ ts, visibleTo }) => {
      if (visibleTo !== null) return false
      if (Number(ts) < Number(oldest) || (ts === oldest && !inclusive)) return false
      return latest === null || Number(ts) < Number(latest) || (ts === latest && inclusive)
    })
  }

  function readable({ team, args }: Call): ChannelState {
    const channel = channelFor(world, team, text(args, 'channel'))
    need(team, channel, 'history')
    if (!channel.member) throw new Refusal('not_in_channel')
    return channel
  }

  function history(call: Call): Json {
    const channel = readable(call)
    const top = [...channel.messages.values()].filter((one) => one.thread === null || one.broadcast)
    const sorted = within(top, call.args).sort((left, right) => (left.ts < right.ts ? 1 : -1))
    const { found, more } = page(sorted, call.args, 999, 100)
    const metadata = call.args.include_all_metadata === true
    return { messages: found.map((one) => renderMessage(world, one, metadata)), pin_count: 0, ...more }
  }

  function replies(call: Call): Json {
    const channel = readable(call)
    const root = rootIn(channel, text(call.args, 'ts'))
    const all = within(repliesTo(channel, root.ts), call.args).sort((left, right) =>
      left.ts < right.ts ? -1 : 1,
    )
    // The root comes first, whatever the bounds.
    const { found, more } = page([root, ...all], call.args, 1_000, 1_000)
    const metadata = call.args.include_all_metadata === true
    return { messages: found.map((one) => renderMessage(world, one, metadata)), ...more }
  }

  function listed({ team, args }: Call, own: boolean): Json {
    const types = (textOr(args, 'types') ?? 'public_channel').split(',').map((one) => one.trim())
    for (const type of types)
      if (!Object.values<string>(TYPES).includes(type)) throw new Refusal('invalid_types')
    const channels = [...world.channels.values()].filter(
      (one) =>
        (one.team === team.id || one.shared.includes(team.id)) &&
        types.includes(TYPES[one.kind]) &&
        (one.member || (!own && one.kind === 'channel')) &&
        !(args.exclude_archived === true && one.archived),
    )
    for (const type of types) {
      const kind = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find((one) => TYPES[one] === type)!
      const needed = `${SCOPES[kind]}:read`
      if (!team.scopes.has(needed))
        throw new Refusal('missing_scope', { needed, provided: [...team.scopes].join(',') })
    }
    const { found, more } = page(channels, args, 999, 100)
    return {
      channels: found.map((one) => renderChannel(world, one)),
      response_metadata: more.response_metadata,
    }
  }

  const timeline = {
    channel: 'text',
    cursor: 'text',
    limit: 'number',
    oldest: 'text',
    latest: 'text',
    inclusive: 'flag',
    include_all_metadata: 'flag',
  } as const
  const common = { token: 'bot', scopes: [] } as const
  const lists = {
    types: 'text',
    cursor: 'text',
    limit: 'number',
    exclude_archived: 'flag',
    user: 'text',
  } as const
  return [
    { ...common, name: 'conversations.history', tier: 'tier3', args: timeline, handle: history },
    {
      ...common,
      name: 'conversations.replies',
      tier: 'tier3',
      args: { ...timeline, ts: 'text' },
      handle: replies,
    },
    {
      ...common,
      name: 'users.conversations',
      tier: 'tier3',
      args: lists,
      handle: (call) => listed(call, true),
    },
    {
      ...common,
      name: 'conversations.list',
      tier: 'tier2',
      args: lists,
      handle: (call) => listed(call, false),
    },
    {
      ...common,
      name: 'conversations.info',
      tier: 'tier3',
      args: { channel: 'text', include_locale: 'flag', include_num_members: 'flag' },
      handle({ team, args }) {
        const channel = channelFor(world, team, text(args, 'channel'))
        need(team, channel, 'read')
        return { channel: renderChannel(world, channel) }
      },
    },
    {
      token: 'bot',
      scopes: ['im:write'],
      name: 'conversations.open',
      tier: 'tier3',
      args: { users: 'text', channel: 'text', return_im: 'flag', prevent_creation: 'flag' },
      handle({ team, args }) {
        const channel = directChannel(world, team.id, personFor(world, text(args, 'users')).id)
        return { channel: args.return_im === true ? renderChannel(world, channel) : { id: channel.id } }
      },
    },
    ...(['add', 'remove'] as const).map(
      (what): Method => ({
        token: 'bot',
        scopes: ['reactions:write'],
        name: `reactions.${what}`,
        tier: 'tier3',
        args: { channel: 'text', timestamp: 'text', name: 'text' },
        handle({ team, args }) {
          const channel = channelFor(world, team, text(args, 'channel'))
          const message = channel.messages.get(text(args, 'timestamp'))
          if (message === undefined) throw new Refusal('message_not_found')
          const name = text(args, 'name')
          if (what === 'add' && message.reactions.has(name)) throw new Refusal('already_reacted')
          if (what === 'remove' && !message.reactions.delete(name)) throw new Refusal('no_reaction')
          if (what === 'add') message.reactions.add(name)
          return {}
        },
      }),
    ),
  ]
}
