import { type APIAttachment, type APIUser, MessageType } from 'discord-api-types/v10'
import { idOf } from '../catch-up/snowflake.ts'
import type { Incoming, IncomingMember } from './incoming.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A message with everything that is read of one: what is missing or of another kind than Discord's documents say is
 * left empty. null: it has no ids. Without a usable author `author` is undefined, as `isTalk` asks.
 */
export function wholeMessage(raw: unknown): Incoming | null {
  const message = plain(raw)
  if (message === null) return null
  const referenced = plain(fieldsOf(raw).referenced_message)
  // Here alone fields of any kind become those of the types.
  return { ...message, referenced_message: referenced?.author ? referenced : null } as unknown as Incoming
}

/** A reaction to a message; ids. */
export interface WholeReaction {
  readonly user: string
  readonly channel: string
  readonly message: string
  /** Who wrote the message, where it is told. */
  readonly author: string | null
  /** null: one of a guild's own. */
  readonly emoji: string | null
  /** Who gave it; only in guilds. */
  readonly person?: APIUser
  readonly member?: IncomingMember
}

/** null: an id is missing that it makes no sense without. */
export function wholeReaction(raw: unknown): WholeReaction | null {
  const {
    user_id: user,
    channel_id: channel,
    message_id: message,
    message_author_id: author,
    ...told
  } = fieldsOf(raw)
  if (!isId(user) || !isId(channel) || !isId(message)) return null
  const { id, name } = fieldsOf(told.emoji)
  const [who, inGuild] = [person(fieldsOf(told.member).user), member(told.member)]
  return {
    ...{ user, channel, message, author: isId(author) ? author : null },
    emoji: isId(id) ? null : (textOf(name) ?? null),
    // Here alone, as with messages, fields of any kind become those of the types.
    ...(who && { person: who as unknown as APIUser }),
    ...(inGuild && { member: inGuild as IncomingMember }),
  }
}

function plain(raw: unknown): (Fields & { readonly author: unknown }) | null {
  const fields = fieldsOf(raw)
  if (!isId(fields.id) || !isId(fields.channel_id)) return null
  return {
    ...said(fields),
    id: fields.id,
    channel_id: fields.channel_id,
    channel_type: fields.channel_type,
    type: typeof fields.type === 'number' ? fields.type : MessageType.Default,
    author: person(fields.author),
    member: member(fields.member),
    webhook_id: isId(fields.webhook_id) ? fields.webhook_id : undefined,
    edited_timestamp: Number.isNaN(Date.parse(String(fields.edited_timestamp)))
      ? null
      : fields.edited_timestamp,
    message_reference: reference(fields.message_reference),
    message_snapshots: listOf(fields.message_snapshots)
      .filter((one) => isFields(fieldsOf(one).message))
      .map((one) => ({ message: said(fieldsOf(fieldsOf(one).message)) })),
  }
}

/** What a message and a forwarded one have in common. */
const said = (fields: Fields): Fields => ({
  content: textOf(fields.content) ?? '',
  mentions: listOf(fields.mentions).flatMap((one) => person(one) ?? []),
  mention_roles: listOf(fields.mention_roles).filter(isId),
  attachments: listOf(fields.attachments).flatMap((one) => wholeAttachment(one) ?? []),
  embeds: listOf(fields.embeds).map((one) => embed(fieldsOf(one))),
  sticker_items: named(fields.sticker_items),
  poll: isFields(fields.poll) ? poll(fields.poll) : undefined,
  flags: typeof fields.flags === 'number' ? fields.flags : 0,
})

function person(raw: unknown): Fields | undefined {
  const { id, username, global_name, bot, system, member: inGuild } = fieldsOf(raw)
  if (!isId(id)) return undefined
  return {
    id,
    username: textOf(username) || id,
    global_name: textOf(global_name) ?? null,
    bot: bot === true,
    system: system === true,
    member: member(inGuild),
  }
}

const member = (raw: unknown): Fields | undefined =>
  isFields(raw) ? { nick: textOf(raw.nick) ?? null, roles: listOf(raw.roles).filter(isId) } : undefined

/** null: without an id nobody finds it. */
export function wholeAttachment(raw: unknown): APIAttachment | null {
  const { id, filename, content_type, size, url, duration_secs: seconds } = fieldsOf(raw)
  if (!isId(id)) return null
  const attachment: Fields = {
    id,
    filename: textOf(filename) || 'file',
    content_type: textOf(content_type),
    size: typeof size === 'number' && size >= 0 ? size : undefined,
    url: textOf(url),
    duration_secs: typeof seconds === 'number' && seconds >= 0 ? seconds : undefined,
  }
  return attachment as unknown as APIAttachment
}

const embed = ({ title, description, fields, footer }: Fields): Fields => ({
  title: textOf(title),
  description: textOf(description),
  fields: named(fields).map(({ name, value }) => ({ name, value: textOf(value) ?? '' })),
  footer: { text: textOf(fieldsOf(footer).text) },
})

const poll = ({ question, answers }: Fields): Fields => ({
  question: { text: textOf(fieldsOf(question).text) },
  answers: listOf(answers).map((answer) => {
    const { text, emoji } = fieldsOf(fieldsOf(answer).poll_media)
    return { poll_media: { text: textOf(text), emoji: { name: textOf(fieldsOf(emoji).name) } } }
  }),
})

/** One that names no message refers to nothing. */
function reference(raw: unknown): Fields | undefined {
  const { type, message_id, channel_id } = fieldsOf(raw)
  if (!isId(message_id)) return undefined
  return { type, message_id, channel_id: isId(channel_id) ? channel_id : undefined }
}

const isId = (value: unknown): value is string => idOf(value) !== null
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.toWellFormed() : undefined
const named = (value: unknown): readonly Fields[] =>
  listOf(value)
    .map(fieldsOf)
    .filter(({ name }) => typeof name === 'string')
