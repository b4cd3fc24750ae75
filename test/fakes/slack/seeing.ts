import { elementsOf } from './block-rules.ts'
import { isObject } from './method.ts'
import { isOwn, readable } from './rendering.ts'
import type { ChannelState, Json, MessageState } from './states.ts'
import { userOf, type World } from './world.ts'

export interface SeenButton {
  readonly text: string
  readonly actionId: string
  readonly value: string | null
  readonly style: string | null
}

/** A message as somebody sees it. */
export interface SeenMessage {
  readonly ts: string
  readonly channel: string
  /** Markdown of blocks, of markdown_text or of a stream, joined; else the plain text. */
  readonly text: string
  /** The plain text for notifications. */
  readonly fallback: string
  readonly author: { readonly id: string; readonly name: string }
  readonly fromBot: boolean
  readonly buttons: readonly SeenButton[]
  /** Are there thumbs? */
  readonly feedback: boolean
  /** The root's ts of a reply, else null. */
  readonly thread: string | null
  readonly replies: number
  readonly ephemeral: boolean
  readonly files: readonly {
    readonly id: string
    readonly name: string
    readonly title: string
    readonly type: string
    /** What is read out to those who can't see it. */
    readonly alt: string | null
    readonly bytes: Uint8Array
  }[]
  readonly attachments: readonly Json[]
  readonly blocks: readonly Json[]
  readonly edits: number
  readonly isStreaming: boolean
  /** Was it begun as a stream? */
  readonly streamed: boolean
  /** Calls that added to the stream. */
  readonly streamCalls: number
  readonly tasks: readonly Json[]
  readonly metadata: Json | null
  /** The app's own. */
  readonly reactions: readonly string[]
  readonly subtype: string | null
  readonly createdAt: number
  /** Every text it had, with the time it was there. */
  readonly history: readonly { readonly at: number; readonly text: string }[]
}

/** In order, as members see them; `as` sees also what only this person sees. `thread`: root and replies; else the top level. */
export function visible(
  world: World,
  channel: ChannelState,
  thread: string | 'all' | null,
  as: string | null,
): SeenMessage[] {
  const replies = repliesIn(channel)
  return (
    [...channel.messages.values()]
      .filter((one) => one.visibleTo === null || one.visibleTo === as)
      // Slack's documents, "chat.postEphemeral": what is for one person is shown in a thread only where there is one already.
      .filter((one) => one.visibleTo === null || one.thread === null || replies.has(one.thread))
      .filter((one) => {
        if (thread === 'all') return true
        if (thread === null) return one.thread === null || one.broadcast
        return one.thread === thread || one.ts === thread
      })
      .sort((left, right) => (left.ts < right.ts ? -1 : left.ts > right.ts ? 1 : 0))
      .map((one) => seen(world, one, channel, as, replies))
  )
}

/** How many replies each root has. */
function repliesIn(channel: ChannelState): Map<string, number> {
  const replies = new Map<string, number>()
  for (const { thread, visibleTo } of channel.messages.values())
    if (thread !== null && visibleTo === null) replies.set(thread, (replies.get(thread) ?? 0) + 1)
  return replies
}

export function seen(
  world: World,
  message: MessageState,
  channel: ChannelState,
  as: string | null,
  replies: ReadonlyMap<string, number> = repliesIn(channel),
): SeenMessage {
  const { stream } = message
  const streaming = stream !== null && !stream.done && world.now() < stream.startedAt + world.limits.streamMs
  // In channels others see only how it begins, until it is over.
  const other = streaming && channel.kind !== 'im' && as !== null && as !== stream.recipient
  const author = userOf(world, message.user)
  return {
    ts: message.ts,
    channel: message.channel,
    text: other ? stream.first : readable(message),
    fallback: message.text,
    author: { id: author.id, name: author.name },
    fromBot: isOwn(world, message),
    buttons: buttonsOf(message.blocks),
    feedback: message.blocks.some((block) =>
      elementsOf(block).some((one) => one.type === 'feedback_buttons'),
    ),
    thread: message.thread,
    replies: replies.get(message.ts) ?? 0,
    ephemeral: message.visibleTo !== null,
    files: message.files.map(({ id, name, title, type, alt, bytes }) => ({
      id,
      name,
      title,
      type,
      alt,
      bytes,
    })),
    attachments: message.attachments,
    blocks: message.blocks,
    edits: message.edits,
    isStreaming: streaming,
    streamed: stream !== null,
    streamCalls: stream?.calls ?? 0,
    tasks: [...(stream?.tasks.values() ?? [])],
    metadata: message.metadata,
    reactions: [...message.reactions],
    subtype: message.subtype,
    createdAt: message.at,
    history: message.history,
  }
}

export function buttonsOf(blocks: readonly Json[]): SeenButton[] {
  return blocks.flatMap((block) =>
    elementsOf(block)
      .filter((one) => one.type === 'button' || one.type === 'icon_button')
      .map((one) => ({
        text: isObject(one.text) ? String(one.text.text) : '',
        actionId: String(one.action_id ?? ''),
        value: typeof one.value === 'string' ? one.value : null,
        style: typeof one.style === 'string' ? one.style : null,
      })),
  )
}

/** The status that is shown in a thread now; null without one. */
export function statusIn(world: World, channel: ChannelState, thread: string): string | null {
  const status = channel.statuses.get(thread)
  if (status === undefined || world.now() >= status.at + world.limits.statusMs) return null
  return status.text
}
