import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { createRecent } from '../../../src/recent.ts'
import { within } from '../../../src/within.ts'
import type { PacedCall } from '../paced-call.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Incoming } from './incoming.ts'

export const tooMuch = 'Too much is waiting here already: please ask again in a moment.'

/** Once a minute in a channel is enough for each person. */
const rest = 60_000
const remembered = 1_000
const limit = 10_000

/**
 * Tells a person that their question was not taken in, when the limits leave something over for it. Never rejects:
 * nothing depends on it.
 */
export function createApology(parts: {
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
}): (team: string, to: Incoming, signal: AbortSignal) => Promise<void> {
  const { call, clock, log } = parts
  const saidAt = createRecent<number>(remembered)
  return async (team, { channel, user, ts, thread }, signal) => {
    const now = clock.elapsed()
    const key = `${team}/${channel}/${user}`
    const last = saidAt.get(key)
    if (last !== undefined && now - last < rest) return
    saidAt.set(key, now)
    try {
      const request = isBetweenTwo(channel)
        ? { team, method: 'chat.postMessage', args: { channel, thread_ts: thread ?? ts, text: tooMuch } }
        : {
            team,
            method: 'chat.postEphemeral',
            args: { channel, user, ...inThread(ts, thread), text: tooMuch },
          }
      const got = await within({ clock, limit, signal }, (own) => call(request, own))
      if (got.kind === 'failed') throw got.cause
    } catch (err) {
      // Waited too long for leave, refused, or stopped.
      if (!signal.aborted) log.warn({ err, channel }, 'Could not say that too much is waiting')
    }
  }
}

/** Slack shows nobody what is for one person in a thread that begins with it (Slack's documents, "chat.postEphemeral"). */
const inThread = (ts: string, thread: string | null) =>
  thread === null || thread === ts ? {} : { thread_ts: thread }
