import { charactersOf, fieldsAt, onlyKnown, textAt } from './fields.ts'
import { changed, channelAppeared, channelChanged, renamed } from './happenings.ts'
import { invalid, refusal } from './refusal.ts'
import { renderChannel } from './rendering-places.ts'
import { reachable } from './rights.ts'
import { type Call, type Route, route } from './routes.ts'
import type { ChannelState } from './states.ts'
import { isDenied, isThread, newChannel, newMessage, type World } from './world.ts'

const HAS_THREAD = 1 << 5
const PUBLIC_THREAD = 11

/** Channels, direct messages and threads. */
export function channelRoutes(world: World): Route[] {
  function openOnMessage(call: Call) {
    const parent = reachable(world, call.params.channel!)
    if (parent.type !== 0 && parent.type !== 5) throw refusal(50024)
    const body = threadBody(call.body)
    if (isDenied(world, parent, 'createThreads')) throw refusal(50013)
    const message = parent.messages.get(call.params.message!)
    if (message === undefined) throw refusal(10008)
    if (message.threadId !== null || world.channels.has(message.id)) throw refusal(160004)
    const thread = openThread(world, parent, world.bot.id, body.name, message.id)
    return { status: 201, body: renderChannel(world, thread) }
  }

  function open(call: Call) {
    const parent = reachable(world, call.params.channel!)
    if (parent.type !== 0 && parent.type !== 5) throw refusal(50024)
    const body = threadBody(call.body)
    if (isDenied(world, parent, 'createThreads')) throw refusal(50013)
    return {
      status: 201,
      body: renderChannel(world, openThread(world, parent, world.bot.id, body.name, null)),
    }
  }

  function modify(call: Call) {
    const channel = reachable(world, call.params.channel!)
    const fields = fieldsAt([], call.body)
    onlyKnown([], fields, [
      'name',
      'topic',
      'archived',
      'locked',
      'auto_archive_duration',
      'rate_limit_per_user',
    ])
    if (!isThread(channel)) throw refusal(50013)
    // The bot has no MANAGE_THREADS: it wakes what is not locked where it may write, and changes only what it opened.
    const wakes = Object.keys(fields).length === 1 && fields.archived === false
    if (channel.archived && fields.archived !== false) throw refusal(50083)
    if (channel.locked || isDenied(world, channel, 'send')) throw refusal(50013)
    if (!wakes && channel.ownerId !== world.bot.id) throw refusal(50013)
    if (fields.name !== undefined)
      renamed(world, channel, world.bot.id, textAt(['name'], fields.name, { min: 1, max: 100 }))
    if (typeof fields.archived === 'boolean') {
      channel.archived = fields.archived
      channelChanged(world, channel)
    }
    return { status: 200, body: renderChannel(world, channel) }
  }

  return [
    route('GET', '/channels/:channel', 'reads', (call) => ({
      status: 200,
      body: renderChannel(world, reachable(world, call.params.channel!)),
    })),
    route('PATCH', '/channels/:channel', 'renames', modify),
    route('POST', '/channels/:channel/messages/:message/threads', 'threads', openOnMessage),
    route('POST', '/channels/:channel/threads', 'threads', open),
    route('PUT', '/channels/:channel/thread-members/@me', 'reads', (call) => {
      reachable(world, call.params.channel!)
      return { status: 204 }
    }),
    route('GET', '/channels/:channel/threads/archived/public', 'reads', (call) => {
      const parent = reachable(world, call.params.channel!)
      const threads = [...world.channels.values()].filter(
        (one) => one.parentId === parent.id && isThread(one) && one.archived,
      )
      return {
        status: 200,
        body: { threads: threads.map((one) => renderChannel(world, one)), members: [], has_more: false },
      }
    }),
    route('GET', '/guilds/:guild/threads/active', 'reads', (call) => {
      const guild = world.guilds.get(call.params.guild!)
      if (guild?.installed !== true) throw refusal(10004)
      const threads = [...guild.channels]
        .map((id) => world.channels.get(id)!)
        .filter((one) => isThread(one) && !one.archived && !isDenied(world, one, 'view'))
      return { status: 200, body: { threads: threads.map((one) => renderChannel(world, one)), members: [] } }
    }),
    route('POST', '/users/@me/channels', 'reads', (call) => {
      const fields = fieldsAt([], call.body)
      onlyKnown([], fields, ['recipient_id'])
      const person = world.people.get(String(fields.recipient_id))
      if (person === undefined) throw refusal(10013)
      if (person.user.bot) throw refusal(50007)
      return { status: 200, body: renderChannel(world, directChannel(world, person.user.id)) }
    }),
  ]
}

function threadBody(value: unknown): { readonly name: string } {
  const fields = fieldsAt([], value)
  onlyKnown([], fields, ['name', 'type', 'auto_archive_duration', 'rate_limit_per_user', 'invitable'])
  const name = textAt(['name'], fields.name, { min: 1, max: 100 }).trim()
  if (charactersOf(name) === 0) throw invalid(['name'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const duration = fields.auto_archive_duration
  if (duration !== undefined && ![60, 1440, 4320, 10080].includes(duration as number))
    throw invalid(
      ['auto_archive_duration'],
      'BASE_TYPE_CHOICES',
      'Value must be one of (60, 1440, 4320, 10080).',
    )
  return { name }
}

/** A thread on a message has the message's id, and begins with a system message that points to it. */
export function openThread(
  world: World,
  parent: ChannelState,
  owner: string,
  name: string,
  messageId: string | null,
): ChannelState {
  const thread = newChannel(world, {
    type: parent.type === 5 ? 10 : PUBLIC_THREAD,
    name,
    guildId: parent.guildId,
    parentId: parent.id,
    ownerId: owner,
    ...(messageId === null ? {} : { id: messageId }),
  })
  channelAppeared(world, thread)
  const starter = messageId === null ? undefined : parent.messages.get(messageId)
  if (starter === undefined) return thread
  starter.threadId = thread.id
  starter.flags |= HAS_THREAD
  changed(world, starter)
  newMessage(world, {
    channelId: thread.id,
    authorId: starter.authorId,
    type: 21,
    reference: { type: 0, messageId: starter.id, channelId: parent.id },
  })
  return thread
}

/** The one channel of a person and the bot; made at its first use. */
export function directChannel(world: World, userId: string): ChannelState {
  for (const channel of world.channels.values())
    if (channel.type === 1 && channel.recipients[0] === userId) return channel
  return newChannel(world, { type: 1, name: '', recipients: [userId, world.bot.id] })
}
