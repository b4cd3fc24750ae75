import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import type { Platform, SentBefore } from '../../src/ports/platform.ts'
import { EVENT_TYPE } from './body.ts'
import { budgetsOf } from './buckets.ts'
import type { FileMessages } from './file-messages.ts'
import { refusalWords } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Target } from './ways.ts'
import type { Reply } from './wire.ts'

/** Slack's clock and ours may differ by so much. */
const SKEW_MS = 5_000
/** Calls for one look; what was sent lately stands in the first. */
const MOST_PAGES = 5
const PAGE = 200
/** So much of the text tells messages apart. */
const COMPARED = 200

interface Message {
  readonly ts?: unknown
  readonly user?: unknown
  readonly bot_id?: unknown
  readonly text?: unknown
  readonly files?: readonly unknown[]
  readonly metadata?: { readonly event_type?: unknown; readonly event_payload?: { readonly nonce?: unknown } }
}

interface Page {
  readonly messages?: readonly Message[]
  readonly has_more?: boolean
  readonly response_metadata?: { readonly next_cursor?: string }
}

type Channel = Extract<Target, { kind: 'channel' }>

const methodOf = ({ thread }: Channel): string =>
  thread === null ? 'conversations.history' : 'conversations.replies'

export const findBudgets = (place: Place, target: Target): readonly RateBudget[] =>
  target.kind === 'channel' ? budgetsOf(place.conversation.workspace, methodOf(target)) : []

/**
 * Looks for a message whose send was not confirmed: by the nonce in its metadata. What was begun as a stream has none,
 * and is known by being the only message of Parley's since then that begins so.
 */
export const createFinding =
  ({
    wire,
    ways,
    installations,
    media,
  }: Pick<Outgoing, 'wire' | 'ways' | 'installations'> & {
    readonly media: Pick<FileMessages, 'find'>
  }): NonNullable<Platform['find']> =>
  async (sent, place, signal) => {
    const target = ways.of(place, sent.privateTo)
    // What one person was shown, or what went to a response URL, stands in no history.
    if (target.kind !== 'channel') return 'unknown'
    const file = await media.find(place, target.channel, sent.nonce, signal)
    if (file !== null) return file
    const { workspace: team } = place.conversation
    const from = Math.max(0, (sent.since ?? 0) - SKEW_MS)
    const mayBe: Message[] = []
    const me = installations.known(team)
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page++) {
      const reply = await wire.call<Page>(
        { team, method: methodOf(target), args: argsFor(target, from, cursor) },
        signal,
      )
      if (reply.kind === 'refused') return 'unknown'
      const { messages = [], response_metadata } = bodyOf(reply)
      const found = messages.find((message) => nonceIn(message) === sent.nonce)
      if (found) return refOf(target.channel, found)
      mayBe.push(...messages.filter((message) => isCandidate(message, sent, from, me)))
      cursor = response_metadata?.next_cursor || undefined
      if (cursor === undefined) return decide(target.channel, sent, mayBe)
    }
    return 'unknown'
  }

function argsFor({ channel, thread }: Channel, from: number, cursor: string | undefined) {
  return {
    channel,
    ...(thread === null ? {} : { ts: thread }),
    oldest: (from / 1_000).toFixed(6),
    inclusive: true,
    include_all_metadata: true,
    limit: PAGE,
    ...(cursor === undefined ? {} : { cursor }),
  }
}

function bodyOf(reply: Reply<Page>): Page {
  if (reply.kind === 'done') return reply.body
  if (reply.kind === 'limited') throw new Error(`Slack takes no look back for ${reply.retryAfterMs} ms`)
  if (reply.kind === 'refused') throw new Error(refusalWords(reply))
  throw new Error('Slack did not say what was sent', { cause: reply.cause })
}

/** Whether it may be a message that was sent without metadata. */
function isCandidate(
  message: Message,
  { markdown, others = [] }: SentBefore,
  from: number,
  me: { readonly botUser: string; readonly botId: string } | null,
): boolean {
  // Files are found by their own way; they are never streams.
  if (message.files?.length) return false
  if (nonceIn(message) !== null || typeof message.ts !== 'string') return false
  if (Number(message.ts) * 1_000 < from || others.some(({ id }) => id === message.ts)) return false
  const isMine =
    me === null ? message.bot_id !== undefined : message.user === me.botUser || message.bot_id === me.botId
  return isMine && beginsAlike(String(message.text ?? ''), markdown)
}

function decide(
  channel: string,
  { since }: SentBefore,
  [one, second]: readonly Message[],
): MessageRef | 'unknown' | null {
  if (!one) return null
  return second || since === undefined ? 'unknown' : refOf(channel, one)
}

const refOf = (channel: string, { ts }: Message): MessageRef => ({ channel, id: String(ts) })

function nonceIn({ metadata }: Message): string | null {
  const nonce = metadata?.event_type === EVENT_TYPE ? metadata.event_payload?.nonce : null
  return typeof nonce === 'string' ? nonce : null
}

/** Slack gives a text back in its own language: only letters and digits are compared. */
function beginsAlike(text: string, markdown: string | undefined): boolean {
  if (markdown === undefined) return true
  const [one, other] = [lettersOf(text), lettersOf(markdown)]
  return one.startsWith(other) || other.startsWith(one)
}

const lettersOf = (text: string): string =>
  text
    .slice(0, 4 * COMPARED)
    .replace(/&(?:lt|gt|amp);/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, COMPARED)
