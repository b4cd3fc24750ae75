import { isObject } from './method.ts'
import { renderFile } from './rendering-places.ts'
import type { ChannelState, Json, MessageState } from './states.ts'
import { channelOf, type World } from './world.ts'

/** A message as history and events give it. */
export function renderMessage(world: World, message: MessageState, withMetadata = false): Json {
  const channel = channelOf(world, message.channel)
  const user = world.users.get(message.user)
  const replies = message.thread === null ? repliesTo(channel, message.ts) : []
  const root = message.thread === null ? undefined : channel.messages.get(message.thread)
  const shared = channel.shared.length > 0 || (user !== undefined && user.team !== channel.team)
  const blocks = blocksOf(message)
  return {
    type: 'message',
    ...(message.subtype === null ? {} : { subtype: message.subtype }),
    ...(message.subtype === 'bot_message' ? {} : { user: message.user }),
    ts: message.ts,
    text: shownText(message),
    team: user?.team ?? channel.team,
    ...(shared && user !== undefined ? { user_team: user.team, source_team: user.team } : {}),
    ...(message.botId === null
      ? { client_msg_id: `${message.channel}-${message.ts}` }
      : {
          bot_id: message.botId,
          app_id: isOwn(world, message) ? world.app.id : 'A0OTHERBOT',
          bot_profile: {
            id: message.botId,
            app_id: isOwn(world, message) ? world.app.id : 'A0OTHERBOT',
            name: user?.name ?? 'bot',
            deleted: false,
            updated: 0,
            team_id: channel.team,
          },
        }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(message.attachments.length === 0 ? {} : { attachments: message.attachments }),
    ...(message.files.length === 0
      ? {}
      : {
          files: message.files.map((file) => renderFile(world, file)),
          upload: false,
          display_as_bot: false,
        }),
    ...(message.thread === null
      ? {}
      : { thread_ts: message.thread, parent_user_id: root?.user ?? message.user }),
    ...(message.broadcast && root !== undefined
      ? { root: { type: 'message', ts: root.ts, thread_ts: root.ts, user: root.user, text: root.text } }
      : {}),
    ...(replies.length === 0
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users_count: new Set(replies.map((one) => one.user)).size,
          latest_reply: replies.at(-1)!.ts,
          reply_users: [...new Set(replies.map((one) => one.user))],
          is_locked: false,
          subscribed: false,
        }),
    ...(message.edited === null ? {} : { edited: message.edited }),
    ...(message.stream === null
      ? {}
      : { streaming_state: message.stream.done ? 'completed' : 'in_progress' }),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  }
}

export const repliesTo = (channel: ChannelState, ts: string): MessageState[] =>
  [...channel.messages.values()].filter((one) => one.thread === ts && one.visibleTo === null)

/** Was it the app that said it? */
export const isOwn = (world: World, message: Pick<MessageState, 'user'>): boolean =>
  [...world.teams.values()].some((team) => team.bot.user === message.user)

const shownText = (message: MessageState): string =>
  message.stream !== null ? message.stream.text : (message.markdown ?? message.text)

function blocksOf(message: MessageState): readonly Json[] {
  if (message.stream === null && message.markdown === null) return message.blocks
  const words = shownText(message)
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text: words }] }
  const rich = { type: 'rich_text', block_id: `b${message.ts.slice(-4)}`, elements: [section] }
  return [...(words === '' ? [] : [rich]), ...(message.stream?.blocks ?? []), ...message.blocks]
}

/** What a reader sees of it as one text: Markdown where it was sent as Markdown. */
export function readable(message: MessageState): string {
  if (message.stream !== null)
    return [message.stream.text, textOf(message.stream.blocks)].filter((one) => one !== '').join('\n')
  if (message.markdown !== null) return message.markdown
  // A person's rich text says the same as the text.
  if (message.botId === null) return message.text
  const blocks = textOf(message.blocks)
  return blocks === '' ? message.text : blocks
}

const textOf = (blocks: readonly Json[]): string =>
  blocks
    .filter((block) => block.type !== 'actions' && block.type !== 'context_actions')
    .map((block) => wordsOf(block))
    .filter((one) => one !== '')
    .join('\n')

function wordsOf(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(wordsOf)
      .filter((one) => one !== '')
      .join('\n')
  if (!isObject(value)) return ''
  if (value.type === 'rich_text_section' && Array.isArray(value.elements))
    return value.elements
      .map((one) => (isObject(one) ? String(one.text ?? one.user_id ?? one.name ?? one.url ?? '') : ''))
      .join('')
  if (typeof value.text === 'string') return value.text
  return [value.text, value.fields, value.elements]
    .map(wordsOf)
    .filter((one) => one !== '')
    .join('\n')
}
