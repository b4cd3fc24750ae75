import { measure } from './limits.ts'
import { isOnlyThisWay, isRefused, outcomeOf } from './outcome.ts'
import type { Reply } from './wire.ts'

/** Bytes. Slack takes such messages: where it does not, nothing shorter helps. */
const SHORT = 6_000

/** Slack ends streams by itself after some five minutes, and when the person stops them. */
export const isOver = (reply: Reply<unknown>): boolean =>
  isRefused(reply, 'message_not_in_streaming_state', 'message_not_owned_by_app', 'streaming_mode_mismatch')

/** Whether Slack takes no more by a stream that is alive, though it may by an edit. `text`: all of it so far. */
export const isNoMore = (reply: Reply<unknown>, text: string): boolean =>
  isOnlyThisWay(reply) || (outcomeOf(reply, () => null).kind === 'too_long' && measure(text) < SHORT)
