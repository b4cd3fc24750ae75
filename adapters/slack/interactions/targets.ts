import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { createRecent } from '../../../src/recent.ts'
import { within } from '../../../src/within.ts'
import { fieldsOf, listOf } from '../fields.ts'
import type { PacedCall } from '../paced-call.ts'
import type { FormNote } from './form-note.ts'
import type { Message } from './reading.ts'

/** The messages from whose menu a form was opened, until it is submitted. */
export interface Targets {
  keep(workspace: string, channel: string, message: Message): void
  /** Kept, or fetched again after a restart; null when it can't be had. Rejects with the signal's reason only. */
  recall(
    workspace: string,
    channel: string,
    target: NonNullable<FormNote['target']>,
    signal: AbortSignal,
  ): Promise<Message | null>
}

/** As long as Slack keeps a response URL. */
const keptMs = 30 * 60_000
const keptMost = 500
const fetchMs = 5_000

export function createTargets(parts: {
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
}): Targets {
  const { call, clock, log } = parts
  const kept = createRecent<{ readonly message: Message; readonly until: number }>(keptMost)
  const keyOf = (...ids: readonly string[]): string => JSON.stringify(ids)

  async function fetched(
    workspace: string,
    channel: string,
    { ts, thread }: NonNullable<FormNote['target']>,
    signal: AbortSignal,
  ): Promise<Message | null> {
    const one = { channel, oldest: ts, latest: ts, inclusive: true, limit: 1 }
    const request =
      thread === null
        ? { team: workspace, method: 'conversations.history', args: one }
        : // The root comes first, whatever the bounds.
          { team: workspace, method: 'conversations.replies', args: { ...one, ts: thread, limit: 2 } }
    const got = await call<{ messages?: unknown }>(request, signal)
    if (got.kind === 'failed') {
      log.warn({ err: got.cause }, couldNot)
      return null
    }
    return (
      listOf(got.body.messages).find((message): message is Message => fieldsOf(message).ts === ts) ?? null
    )
  }

  return {
    keep(workspace, channel, message) {
      kept.set(keyOf(workspace, channel, message.ts), { message, until: clock.elapsed() + keptMs })
    },

    async recall(workspace, channel, target, signal) {
      const known = kept.get(keyOf(workspace, channel, target.ts))
      if (known && known.until > clock.elapsed()) return known.message
      try {
        return await within({ clock, limit: fetchMs, signal }, (limited) =>
          fetched(workspace, channel, target, limited),
        )
      } catch (err) {
        signal.throwIfAborted()
        log.warn({ err }, couldNot)
        return null
      }
    },
  }
}

const couldNot = 'the message of a menu could not be fetched'
