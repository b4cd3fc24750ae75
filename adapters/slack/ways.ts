import type { Clock } from '../../src/ports/clock.ts'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Way as Growth } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { isAlive, readVia, type Via } from './via.ts'

/** Where a message of an answer goes. */
export type Target =
  /** As the bot; `thread`: the `ts` of the thread's root, null at the top level. */
  | { readonly kind: 'channel'; readonly channel: string; readonly thread: string | null }
  /** The same, for one person's eyes. */
  | {
      readonly kind: 'private'
      readonly channel: string
      readonly thread: string | null
      readonly user: string
    }
  /** By the response URL of a command or a button. */
  | { readonly kind: 'response'; readonly url: string; readonly private: boolean }
  | { readonly kind: 'closed'; readonly why: string }

export type Streaming = (channel: string) => 'auto' | 'native' | 'edits' | 'off'

/** Chooses the way for each message, and remembers where the bot may not write. */
export interface Ways {
  /** `privateTo`: for one person's eyes. */
  of(place: Place, privateTo?: string): Target
  /** How a message can grow at this place, the best way first. */
  growing(place: Place, privateTo?: string): readonly Growth[]
  /** From now on what may goes by the response URL. */
  outside(place: Place): void
  /** Whether Parley is not let in there, as far as is known. */
  isOutside(place: Place): boolean
  /** From now on messages there grow by edits: Slack takes no streams. */
  unstreamable(place: Place): void
  takesStreams(place: Place): boolean
  /** From now on messages there are shown once they are whole: Slack takes no edits. */
  uneditable(place: Place): void
}

/** A channel that is forgotten costs one refusal. */
const KEPT = 1_000
/** Then it is tried again: Parley may have been invited, or given leave. */
const AGAIN_MS = 600_000

const withoutMessage = /^(?:private|response|file):/

/**
 * A message that only one person saw, one that was posted by a response URL, or one that is a file: it can't be edited
 * any more. Only the last can be removed.
 */
export const isFixed = (at: MessageRef): boolean => withoutMessage.test(at.id)
/** Slack tells the `ts` of a file's message only some time after it was shared: the file stands for its message. */
export const fileRef = (channel: string, file: string): MessageRef => ({ channel, id: `file:${file}` })
/** The file's id; null: it is another message. */
export const fileIn = ({ id }: MessageRef): string | null =>
  id.startsWith('file:') ? id.slice('file:'.length) : null
export const privateRef = (channel: string, ts: string): MessageRef => ({ channel, id: `private:${ts}` })
export const responseRef = (channel: string, nonce: string): MessageRef => ({
  channel,
  id: `response:${nonce}`,
})

export const channelOf = ({ replyTo, conversation }: Place): string =>
  replyTo?.channel ?? conversation.channel

/** The root's `ts`; null at the top level of the channel. */
export function threadOf({ replyTo, conversation: { thread } }: Place): string | null {
  if (replyTo) return replyTo.id
  return thread === '' || thread.startsWith('reply:') ? null : thread
}

/**
 * Whether others can have written in the thread where this goes. In one that begins with it Slack shows nobody what is
 * for one person (Slack's documents, "chat.postEphemeral"): then it stands in the channel.
 */
function isBegun({ root, replyTo, conversation: { thread } }: Place): boolean {
  const question = root ?? replyTo
  return question == null || ![question.id, `reply:${question.id}`].includes(thread)
}

export function createWays(clock: Clock, streaming: Streaming): Ways {
  const closed = createRecent<number>(KEPT)
  const streamless = createRecent<number>(KEPT)
  const editless = createRecent<number>(KEPT)
  const keyOf = (place: Place): string => `${place.conversation.workspace}/${channelOf(place)}`
  const isNoted = (notes: typeof closed, place: Place): boolean =>
    (notes.get(keyOf(place)) ?? Number.NEGATIVE_INFINITY) > clock.elapsed()

  function of(place: Place, privateTo?: string): Target {
    const via = readVia(place)
    const channel = channelOf(place)
    const thread = threadOf(place)
    const isPrivate = privateTo !== undefined || via?.private === true
    const user = privateTo ?? via?.user
    if (isNoted(closed, place)) {
      const url = usableUrl(via)
      // A response URL speaks to whoever was given it, and to nobody else in private.
      if (url !== null && (!isPrivate || user === via?.user))
        return { kind: 'response', url, private: isPrivate }
      // Perhaps Parley was invited meanwhile; otherwise Slack says in which words it is not.
    }
    if (!isPrivate) return { kind: 'channel', channel, thread }
    if (user === undefined) return { kind: 'closed', why: 'It is not known whom to show it to' }
    // Between the two of them nobody else is there to see it, and in a thread it stands where they look.
    if (place.direct && thread !== null) return { kind: 'channel', channel, thread }
    return { kind: 'private', channel, thread: isBegun(place) ? thread : null, user }
  }

  const usableUrl = (via: Via | null): string | null =>
    via !== null && isAlive(via, clock.now()) ? via.responseUrl : null

  function growing(place: Place, privateTo?: string): readonly Growth[] {
    const target = of(place, privateTo)
    if (target.kind !== 'channel') return []
    const wanted = streaming(target.channel)
    if (wanted === 'off') return []
    // A stream belongs to a thread, and in a channel to the person it is for.
    const canStream =
      target.thread !== null && (place.direct || readVia(place) !== null) && !isNoted(streamless, place)
    const isStreamed = wanted === 'native' || (wanted === 'auto' && place.direct)
    return canStream && isStreamed ? ['stream', 'edit'] : isNoted(editless, place) ? [] : ['edit']
  }

  return {
    of,
    growing,
    takesStreams: (place) => !isNoted(streamless, place),
    unstreamable: (place) => streamless.set(keyOf(place), clock.elapsed() + AGAIN_MS),
    uneditable: (place) => editless.set(keyOf(place), clock.elapsed() + AGAIN_MS),
    isOutside: (place) => isNoted(closed, place),
    outside: (place) => closed.set(keyOf(place), clock.elapsed() + AGAIN_MS),
  }
}
