import { checkBlocks } from './block-rules.ts'
import { changed, deleted, said } from './events.ts'
import { channelFor, personFor, rootIn, writableFor } from './finding.ts'
import {
  type Arguments,
  type ArgumentType,
  type Call,
  isObject,
  list,
  type Method,
  Refusal,
  text,
  textOr,
} from './method.ts'
import { explained } from './refusal.ts'
import { readable, renderMessage } from './rendering.ts'
import type { Json, MessageState } from './states.ts'
import { newMessage, type World } from './world.ts'

const BODY: Readonly<Record<string, ArgumentType>> = {
  channel: 'text',
  text: 'text',
  markdown_text: 'text',
  blocks: 'json',
  attachments: 'json',
  metadata: 'json',
  thread_ts: 'text',
  unfurl_links: 'flag',
  unfurl_media: 'flag',
  link_names: 'flag',
  parse: 'text',
  mrkdwn: 'flag',
}

/** What a message is to say: text, blocks, or markdown_text, which goes with neither. */
function bodyOf(
  world: World,
  args: Arguments,
): Pick<MessageState, 'text' | 'markdown' | 'blocks' | 'attachments' | 'metadata'> {
  const { limits } = world
  const markdown = textOr(args, 'markdown_text')
  const words = textOr(args, 'text')
  const blocks = list(args, 'blocks')
  const attachments = list(args, 'attachments') ?? []
  if (markdown !== null) {
    if (words !== null || blocks !== null) throw new Refusal('markdown_text_conflict')
    if (markdown === '') throw new Refusal('no_text')
    if (markdown.length > limits.markdown) throw new Refusal('msg_too_long')
  } else if ((words ?? '') === '' && (blocks ?? []).length === 0 && attachments.length === 0)
    throw new Refusal('no_text')
  if (blocks !== null) checkBlocks(blocks, 'message', limits)
  return { text: words ?? '', markdown, blocks: blocks ?? [], attachments, metadata: metadataOf(args) }
}

export function metadataOf(args: Arguments): Json | null {
  const metadata = args.metadata
  if (metadata === undefined) return null
  if (!isObject(metadata) || typeof metadata.event_type !== 'string' || !isObject(metadata.event_payload))
    throw new Refusal('invalid_metadata_format')
  return metadata
}

/** The methods of chat.* but for streams. */
export function chatMethods(world: World): Method[] {
  function post({ team, args }: Call): Json {
    const channel = writableFor(world, team, text(args, 'channel'))
    const body = bodyOf(world, args)
    const asked = textOr(args, 'thread_ts')
    const thread = asked === null ? null : rootIn(channel, asked).ts
    const cut =
      body.text.length > world.limits.postText ? { text: body.text.slice(0, world.limits.postText) } : {}
    const broadcast = thread !== null && args.reply_broadcast === true
    const message = newMessage(world, channel, {
      user: team.bot.user,
      thread,
      broadcast,
      subtype: broadcast ? 'thread_broadcast' : null,
      ...body,
      ...cut,
    })
    message.history.push({ at: message.at, text: readable(message) })
    said(world, message)
    return { channel: channel.id, ts: message.ts, message: renderMessage(world, message) }
  }

  function update({ team, args }: Call): Json {
    const channel = writableFor(world, team, text(args, 'channel'))
    const message = channel.messages.get(text(args, 'ts'))
    if (message === undefined || message.visibleTo !== null) throw new Refusal('message_not_found')
    if (message.user !== team.bot.user) throw new Refusal('cant_update_message')
    const { stream } = message
    if (stream !== null && !stream.done && world.now() < stream.startedAt + world.limits.streamMs)
      throw new Refusal('streaming_state_conflict')
    // What isn't named stays; text alone takes the blocks away.
    const words = textOr(args, 'text')
    if (words !== null && words.length > world.limits.updateText) throw new Refusal('msg_too_long')
    const before = renderMessage(world, message)
    const body = bodyOf(world, args)
    message.stream = null
    message.text = body.text
    message.markdown = body.markdown
    message.blocks = body.blocks
    message.attachments = body.attachments
    message.metadata = body.metadata ?? message.metadata
    message.edited = { user: team.bot.user, ts: world.ts({ lastTs: 0 }) }
    message.edits++
    message.history.push({ at: world.now(), text: readable(message) })
    changed(world, message, before)
    return { channel: channel.id, ts: message.ts, text: message.text, message: renderMessage(world, message) }
  }

  return [
    {
      name: 'chat.postMessage',
      token: 'bot',
      scopes: ['chat:write'],
      tier: 'posts',
      args: { ...BODY, reply_broadcast: 'flag' },
      handle: post,
    },
    {
      name: 'chat.update',
      token: 'bot',
      scopes: ['chat:write'],
      tier: 'tier3',
      args: { ...BODY, ts: 'text', file_ids: 'json', reply_broadcast: 'flag' },
      handle: update,
    },
    {
      name: 'chat.postEphemeral',
      token: 'bot',
      scopes: ['chat:write'],
      tier: 'tier4',
      args: { ...BODY, user: 'text' },
      handle({ team, args }) {
        if (args.metadata !== undefined)
          throw explained('invalid_arguments', 'no such argument of chat.postEphemeral: metadata')
        const channel = writableFor(world, team, text(args, 'channel'))
        const user = personFor(world, text(args, 'user'), 'user_not_in_channel')
        const asked = textOr(args, 'thread_ts')
        const message = newMessage(world, channel, {
          user: team.bot.user,
          visibleTo: user.id,
          // Where nobody has said anything, Slack shows it in no thread; an unknown one is no error.
          thread: asked,
          ...bodyOf(world, args),
        })
        message.history.push({ at: message.at, text: readable(message) })
        return { message_ts: message.ts }
      },
    },
    {
      name: 'chat.delete',
      token: 'bot',
      scopes: ['chat:write'],
      tier: 'tier3',
      args: { channel: 'text', ts: 'text', as_user: 'flag' },
      handle({ team, args }) {
        const channel = channelFor(world, team, text(args, 'channel'))
        const message = channel.messages.get(text(args, 'ts'))
        if (message === undefined || message.visibleTo !== null) throw new Refusal('message_not_found')
        if (message.user !== team.bot.user) throw new Refusal('cant_delete_message')
        channel.messages.delete(message.ts)
        deleted(world, message, renderMessage(world, message))
        return { channel: channel.id, ts: message.ts }
      },
    },
    {
      name: 'chat.getPermalink',
      token: 'bot',
      scopes: [],
      tier: 'free',
      args: { channel: 'text', message_ts: 'text' },
      handle({ team, args }) {
        const channel = channelFor(world, team, text(args, 'channel'))
        const ts = text(args, 'message_ts')
        if (!channel.messages.has(ts)) throw new Refusal('message_not_found')
        return {
          channel: channel.id,
          permalink: `https://${team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`,
        }
      },
    },
  ]
}
