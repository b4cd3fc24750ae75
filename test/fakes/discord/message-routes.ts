import { appeared, changed, typed, vanished } from './happenings.ts'
import { createWindows } from './limits.ts'
import { type MessageBody, readMessageBody, SUPPRESS_EMBEDS, VOICE } from './message-body.ts'
import { mentionsIn } from './pings.ts'
import { refusal } from './refusal.ts'
import { renderMessage } from './rendering.ts'
import { reachable, sendable } from './rights.ts'
import { type Call, type Route, route } from './routes.ts'
import type { ChannelState, MessageState } from './states.ts'
import { isDenied, newMessage, userOf, type World } from './world.ts'

const HOUR = 3_600_000
const MESSAGE = '/channels/:channel/messages/:message'

/** A bot's messages, by the routes of a channel. */
export function messageRoutes(world: World): Route[] {
  const nonces = new Map<string, { id: string; at: number }>()
  const oldEdits = createWindows(world.now)

  function messageAt(call: Call): { channel: ChannelState; message: MessageState } {
    const channel = reachable(world, call.params.channel!)
    const message = channel.messages.get(call.params.message!)
    if (message === undefined || message.visibleTo !== null) throw refusal(10008)
    return { channel, message }
  }

  function send(call: Call) {
    const channel = sendable(world, call.params.channel!)
    const body = readMessageBody(world, 'send', channel.id, call.body, call.files)
    checkFiles(channel, body)
    const key = body.enforceNonce && body.nonce !== null ? `${channel.id}:${body.nonce}` : null
    const first = key === null ? undefined : nonces.get(key)
    if (first !== undefined && world.now() - first.at < world.limits.nonceMs) {
      const message = channel.messages.get(first.id)
      if (message !== undefined) return { status: 200, body: renderMessage(world, message) }
    }
    const reference = referenceIn(world, channel, body)
    const repliedTo =
      reference === null ? null : (channel.messages.get(reference.messageId)?.authorId ?? null)
    const message = newMessage(world, {
      channelId: channel.id,
      authorId: world.bot.id,
      content: (body.content ?? '').trim(),
      embeds: body.embeds ?? [],
      components: body.components ?? [],
      attachments: [...body.added],
      flags: body.flags ?? 0,
      nonce: body.nonce,
      type: reference === null ? 0 : 19,
      reference,
      pings: body.pings(repliedTo),
      mentions: knownMentions(world, body.content ?? ''),
    })
    call.entry.pings = message.pings
    if (key !== null) remember(nonces, key, { id: message.id, at: world.now() })
    appeared(world, message)
    return { status: 200, body: renderMessage(world, message) }
  }

  /** Voice messages have a permission of their own, and need no other. */
  function checkFiles(channel: ChannelState, { added, flags = 0 }: MessageBody): void {
    if (added.length === 0) return
    const isVoice = (flags & VOICE) !== 0
    if (isVoice && isDenied(world, channel, 'sendVoice')) throw refusal(50173)
    if (!isVoice && isDenied(world, channel, 'attach')) throw refusal(50013)
  }

  function edit(call: Call) {
    const { channel, message } = messageAt(call)
    if (message.authorId !== world.bot.id) throw refusal(50005)
    if (message.type !== 0 && message.type !== 19 && message.type !== 20) throw refusal(50021)
    if (channel.archived) throw refusal(50083)
    const body = readMessageBody(world, 'edit', channel.id, call.body, call.files)
    checkFiles(channel, body)
    if (world.now() - message.createdAt > HOUR && !oldEdits(channel.id, world.limits.oldEdits).allowed)
      throw refusal(30046)
    call.entry.pings = body.pings(null)
    rewrite(world, message, body)
    return { status: 200, body: renderMessage(world, message) }
  }

  function list(call: Call) {
    const channel = reachable(world, call.params.channel!)
    if (isDenied(world, channel, 'history')) return { status: 200, body: [] }
    const limit = Math.min(100, Math.max(1, Number(call.query.limit ?? 50)))
    const all = [...channel.messages.values()].filter((one) => one.visibleTo === null)
    const { before, after, around } = call.query
    let page = all.slice(-limit)
    if (before !== undefined) page = all.filter(({ id }) => BigInt(id) < BigInt(before)).slice(-limit)
    else if (after !== undefined) page = all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit)
    else if (around !== undefined) {
      const middle = all.findLastIndex(({ id }) => BigInt(id) <= BigInt(around))
      const from = Math.max(0, middle - Math.floor(limit / 2))
      page = all.slice(from, from + limit)
    }
    const body = page.toReversed().map((one) => renderMessage(world, one, world.contentAllowed))
    return { status: 200, body }
  }

  return [
    route('POST', '/channels/:channel/messages', 'sends', send),
    route('GET', '/channels/:channel/messages', 'reads', list),
    route('GET', MESSAGE, 'reads', (call) => ({
      status: 200,
      body: renderMessage(world, messageAt(call).message, world.contentAllowed),
    })),
    route('PATCH', MESSAGE, 'edits', edit),
    route('DELETE', MESSAGE, 'deletes', (call) => {
      const { channel, message } = messageAt(call)
      if (
        message.authorId !== world.bot.id &&
        (channel.guildId === null || isDenied(world, channel, 'manageMessages'))
      )
        throw refusal(50013)
      if (channel.archived) throw refusal(50083)
      vanished(world, message)
      return { status: 204 }
    }),
    route('POST', '/channels/:channel/typing', 'typing', (call) => {
      const channel = sendable(world, call.params.channel!)
      if (channel.archived) throw refusal(50083)
      typed(world, channel, world.bot.id)
      return { status: 204 }
    }),
    route('PUT', `${MESSAGE}/reactions/:emoji/@me`, 'reactions', (call) => {
      const { reactions } = messageAt(call).message
      const users = reactions.get(call.params.emoji!) ?? new Set()
      reactions.set(call.params.emoji!, users.add(world.bot.id))
      return { status: 204 }
    }),
    route('DELETE', `${MESSAGE}/reactions/:emoji/@me`, 'reactions', (call) => {
      messageAt(call).message.reactions.get(call.params.emoji!)?.delete(world.bot.id)
      return { status: 204 }
    }),
  ]
}

function referenceIn(world: World, channel: ChannelState, body: MessageBody) {
  if (body.reference === null) return null
  const { messageId, channelId, mustExist } = body.reference
  const found = channel.messages.get(messageId)
  if (found === undefined || found.visibleTo !== null || (channelId !== null && channelId !== channel.id)) {
    if (mustExist) throw refusedReference()
    return null
  }
  if (isDenied(world, channel, 'history')) throw refusal(160002)
  return { type: 0, messageId, channelId: channel.id }
}

const refusedReference = () => {
  const refused = refusal(50035)
  return Object.assign(refused, {
    message: 'Invalid Form Body',
    errors: {
      message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' }] },
    },
  })
}

function remember(
  nonces: Map<string, { id: string; at: number }>,
  key: string,
  first: { id: string; at: number },
) {
  nonces.delete(key)
  nonces.set(key, first)
  if (nonces.size > 10_000) nonces.delete(nonces.keys().next().value!)
}

/** Names in a text, of people that there are. */
export function knownMentions(world: World, text: string) {
  const { everyone, users, roles } = mentionsIn(text)
  const known = (id: string) => id === world.bot.id || world.people.has(id)
  return { everyone, users: users.filter(known).map((id) => userOf(world, id).id), roles }
}

/** What an edit leaves out stays. */
export function rewrite(world: World, message: MessageState, body: MessageBody): void {
  if ((message.flags & VOICE) !== 0) throw refusal(50162)
  const attachments = message.attachments.filter(({ id }) => body.kept?.includes(id) ?? true)
  const after = {
    content: body.content?.trim() ?? message.content,
    embeds: body.embeds ?? message.embeds,
    components: body.components ?? message.components,
    attachments: [...attachments, ...body.added],
  }
  if (after.content === '' && !after.embeds.length && !after.components.length && !after.attachments.length)
    throw refusal(50006)
  Object.assign(message, after)
  if (body.content !== undefined) {
    message.mentions = knownMentions(world, body.content)
    message.history.push({ at: world.now(), content: message.content })
  }
  if (body.flags !== undefined) message.flags = (message.flags & ~SUPPRESS_EMBEDS) | body.flags
  for (const attachment of body.added) world.attachments.set(attachment.id, attachment)
  message.editedAt = world.now()
  message.edits++
  changed(world, message)
}
