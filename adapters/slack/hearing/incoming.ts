import type { MessageRef } from '../../../src/ports/event.ts'
import { type Fields, fieldsOf, idOf, isFields, listOf, textOf, tsOf } from '../fields.ts'

/** A message with everything that is read of one; what is missing or of another kind than Slack documents is empty. */
export interface Incoming {
  readonly channel: string
  readonly ts: string
  /** Of the message under which it stands; its own when others wrote under it. */
  readonly thread: string | null
  /** null: nobody, or an app without a user. */
  readonly user: string | null
  readonly subtype: string | null
  readonly isBot: boolean
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly attachments: readonly Fields[]
  readonly files: readonly Fields[]
  /** When it was changed last. */
  readonly edited: string | null
  /** The team of its author. */
  readonly home: string | null
  /** Of its author, if it came along. */
  readonly name: string | null
}

/** `channel`: where the message itself does not say it. null: it can't be told which message it is. */
export function incomingOf(raw: unknown, channel?: unknown): Incoming | null {
  const fields = fieldsOf(raw)
  const [at, ts] = [idOf(fields.channel) ?? idOf(channel), tsOf(fields.ts)]
  if (at === null || ts === null) return null
  const profile = fieldsOf(fields.user_profile)
  const bot = fieldsOf(fields.bot_profile)
  return {
    channel: at,
    ts,
    thread: tsOf(fields.thread_ts),
    user: idOf(fields.user),
    subtype: textOf(fields.subtype),
    isBot:
      [fields.bot_id, fields.bot_profile, fields.workflow_id].some((sign) => sign != null) ||
      fields.subtype === 'bot_message' ||
      fields.display_as_bot === true,
    text: textOf(fields.text) ?? '',
    blocks: listOf(fields.blocks),
    attachments: listOf(fields.attachments).filter(isFields),
    files: listOf(fields.files).filter(isFields),
    edited: tsOf(fieldsOf(fields.edited).ts),
    home: idOf(fields.user_team) ?? idOf(fields.source_team) ?? idOf(fields.team),
    name:
      textOf(profile.display_name) ||
      textOf(profile.real_name) ||
      textOf(fields.username) ||
      textOf(bot.name),
  }
}

export const refOf = ({ channel, ts }: Pick<Incoming, 'channel' | 'ts'>): MessageRef => ({ channel, id: ts })

/** Of messages that people write. The others are what Slack itself or an app says. */
const talk = new Set<string | null>([null, 'file_share', 'thread_broadcast', 'me_message'])

/** Words of a person: no app's, nothing that Slack itself says. */
export const isTalk = ({ user, isBot, subtype }: Incoming): boolean =>
  user !== null && !isBot && talk.has(subtype)

/** Nothing can be said about it. */
export const isEmpty = ({ text, blocks, files, attachments }: Incoming): boolean =>
  text.trim() === '' && blocks.length === 0 && files.length === 0 && attachments.length === 0
