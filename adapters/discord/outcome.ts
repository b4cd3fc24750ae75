import type { MessageRef } from '../../src/ports/event.ts'
import type { Outcome, Rated, Reported } from '../../src/ports/platform.ts'
import type { Reply } from './wire.ts'

type Refused = Extract<Reply<unknown>, { kind: 'refused' }>

/** Discord's error codes ("JSON Error Codes") that mean something of their own here. */
export const code = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  invalidWebhookToken: 50027,
  threadExists: 160004,
} as const

/** Limits that Discord states as errors and without a time. */
const limitedCodes = new Map<number | null, number>([
  // Slow mode.
  [20016, 10_000],
  // Edits of announcements; the channel's and the server's writing.
  [20022, 60_000],
  [20028, 10_000],
  [20029, 10_000],
  // Edits of messages older than an hour.
  [30046, 60_000],
  // Sending is disabled for a while.
  [40004, 30_000],
])

const inWords = new Map<number | null, string>([
  [50001, 'Parley may not see this channel (View Channel)'],
  [50005, 'the message is not one of Parley’s'],
  [50007, 'this person takes no direct messages from Parley'],
  [
    50013,
    'Parley lacks a permission in this channel (Send Messages, Send Messages in Threads or Read Message History)',
  ],
  [50083, 'the thread is archived and locked'],
])

/** What a message's creation, edit or removal came to. */
export function outcomeOf<T>(reply: Reply<T>, refOf: (body: T) => MessageRef): Outcome {
  switch (reply.kind) {
    case 'done':
      return { ...ratedBy(reply), kind: 'sent', ref: refOf(reply.body) }
    case 'refused':
      return { ...ratedBy(reply), ...meaning(reply) }
    case 'limited':
    case 'not_sent':
    case 'unknown':
      return reply
  }
}

/** For calls that make no message. */
export function reportOf(reply: Reply<unknown>): Reported {
  if (reply.kind === 'done') return { ...ratedBy(reply), kind: 'done' }
  const outcome = outcomeOf(reply, () => ({ channel: '', id: '' }))
  return outcome.kind === 'limited' ? outcome : { ...ratedBy(reply), kind: outcome.kind }
}

export const ratedBy = ({ rate }: Rated): Rated => (rate ? { rate } : {})

/** Whether the interaction's token or its reply is not there (any more). */
export const isDeadToken = (reply: Reply<unknown>): boolean =>
  reply.kind === 'refused' &&
  (reply.status === 404 || reply.status === 401 || reply.code === code.invalidWebhookToken)

/** In words for the log and the person who runs Parley. */
export const refusalWords = (refused: Refused): string =>
  inWords.get(refused.code) ?? `Discord refused: ${refused.message} (${refused.code ?? refused.status})`

export const isLimitedForNow = (refused: Refused): number | null => limitedCodes.get(refused.code) ?? null

function meaning(refused: Refused): Outcome {
  const pause = isLimitedForNow(refused)
  if (pause !== null) return { kind: 'limited', retryAfterMs: pause }
  // Not for good: the token may be mended, and nothing was carried out.
  if (refused.status === 401) return { kind: 'not_sent', cause: new Error(refusalWords(refused)) }
  if (refused.status === 404) return { kind: 'gone' }
  if (refused.status === 413 || isContentTooLong(refused)) return { kind: 'too_long' }
  return { kind: 'forbidden', why: refusalWords(refused) }
}

/** 50035 with `errors.content._errors[].code`. */
function isContentTooLong({ problem }: Refused): boolean {
  const content = at(at(problem, 'content'), '_errors')
  return (
    Array.isArray(content) &&
    content.some(
      (each) => String(at(each, 'code')).startsWith('BASE_TYPE_') && /LENGTH/.test(String(at(each, 'code'))),
    )
  )
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
