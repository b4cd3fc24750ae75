import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import { listOf } from '../fields.ts'
import type { PacedCall } from '../paced-call.ts'
import { type Incoming, incomingOf } from './incoming.ts'

/** Milliseconds: a question doesn't wait longer for what its thread is about. */
const limit = 1_200
/** Slack gives out a thread from its beginning on; of longer ones the end is out of reach of one call. */
const page = 200
/** Messages besides the root. */
const latest = 9

/** What stands in a thread before a message: its root and the last ones. Empty where it can't be had in time. */
export async function threadBefore(
  { team, channel, thread, ts }: { team: string; channel: string; thread: string; ts: string },
  parts: {
    readonly call: PacedCall
    readonly clock: Clock
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<readonly Incoming[]> {
  const { call, clock, log, signal } = parts
  try {
    const args = { channel, ts: thread, latest: ts, inclusive: false, limit: page }
    const request = { team, method: 'conversations.replies', args }
    const got = await within({ clock, limit, signal }, (own) => call<{ messages?: unknown }>(request, own))
    if (got.kind === 'failed') throw got.cause
    const before = listOf(got.body.messages)
      .flatMap((raw) => incomingOf(raw, channel) ?? [])
      .filter((message) => message.ts !== ts && message.subtype !== 'assistant_app_thread')
    return before.length <= latest ? before : [...before.slice(0, 1), ...before.slice(-latest)]
  } catch (error) {
    signal.throwIfAborted()
    log.debug({ err: error, channel }, 'What stands in a thread could not be had')
    return []
  }
}
