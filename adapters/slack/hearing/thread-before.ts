import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import { listOf } from '../fields.ts'
import type { PacedCall } from '../paced-call.ts'
import { type Incoming, incomingOf } from './incoming.ts'

/** What stands in a thread before a message. Empty where it can't be had in time. */
export interface ThreadBefore {
  /** The root and the last ones. */
  readonly messages: readonly Incoming[]
  /** There are more between the root and the others. */
  readonly isCut: boolean
}

/** Milliseconds: a question doesn't wait longer for what its thread is about. */
const limit = 1_200
/** Slack gives out a thread from its beginning on, and recommends no more a page. */
const page = 200
/** Messages besides the root. */
const latest = 9
/** Windows of a long thread that are tried for its end. */
const mostWindows = 4
/** Messages that the first of them shall hold, as far as can be told. */
const hoped = 50

interface Page {
  readonly messages?: unknown
  readonly has_more?: unknown
}

export async function threadBefore(
  { team, channel, thread, ts }: { team: string; channel: string; thread: string; ts: string },
  parts: {
    readonly call: PacedCall
    readonly clock: Clock
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<ThreadBefore> {
  const { call, clock, log, signal } = parts
  let found: ThreadBefore = { messages: [], isCut: false }

  async function read(own: AbortSignal, oldest?: string) {
    const window = { latest: ts, inclusive: false, ...(oldest !== undefined && { oldest }) }
    const args = { channel, ts: thread, ...window, limit: page }
    const got = await call<Page>({ team, method: 'conversations.replies', args }, own)
    if (got.kind === 'failed') throw got.cause
    const raws = listOf(got.body.messages)
    const messages = raws
      .flatMap((raw) => incomingOf(raw, channel) ?? [])
      .filter((message) => message.ts !== ts && message.subtype !== 'assistant_app_thread')
    return { raws, messages, isWhole: got.body.has_more !== true }
  }

  async function readAll(own: AbortSignal): Promise<void> {
    const first = await read(own)
    const isRoot = (message: Incoming) => message.ts === thread
    const root = first.messages.filter(isRoot)
    const replies = first.messages.filter((message) => !isRoot(message))
    if (first.isWhole) {
      found = { messages: [...root, ...replies.slice(-latest)], isCut: replies.length > latest }
      return
    }
    // Its beginning is not what was said last.
    found = { messages: root, isCut: true }
    const whole = Number(ts) - Number(first.messages.at(-1)?.ts ?? thread)
    let span = whole * Math.min(1, hoped / Math.max(1, countIn(first.raws[0]) - first.messages.length))
    let [tooShort, tooLong] = [0, Number.POSITIVE_INFINITY]
    for (let tried = 0; tried < mostWindows; tried++) {
      const oldest = (Number(ts) - span).toFixed(6)
      const { messages, isWhole } = await read(own, oldest)
      const last = messages.filter((message) => !isRoot(message))
      if (isWhole) found = { messages: [...root, ...last.slice(-latest)], isCut: true }
      if (isWhole && (last.length >= latest || span >= whole)) return
      if (isWhole) tooShort = span
      else tooLong = span
      span = nextSpan(tooShort, tooLong, whole)
    }
  }

  try {
    await within({ clock, limit, signal }, readAll)
  } catch (error) {
    signal.throwIfAborted()
    log.debug({ err: error, channel }, 'What stands in a thread could not be had')
  }
  return found
}

/** Between what holds too few messages and what holds too many, which may be far apart. */
function nextSpan(tooShort: number, tooLong: number, whole: number): number {
  if (tooShort === 0) return tooLong / 8
  return tooLong === Number.POSITIVE_INFINITY ? Math.min(whole, tooShort * 8) : Math.sqrt(tooShort * tooLong)
}

/** How many answered a root; 0 where Slack does not say. */
function countIn(root: unknown): number {
  const count = (root as { readonly reply_count?: unknown } | null | undefined)?.reply_count
  return typeof count === 'number' && Number.isFinite(count) ? count : 0
}
