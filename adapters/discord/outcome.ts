import type { MessageRef } from '../../src/ports/event.ts'
import type { Outcome, Rated, Reported } from '../../src/ports/outcome.ts'
import type { Reply } from './request.ts'

type Refused = Extract<Reply<unknown>, { kind: 'refused' }>

/** Discord's error codes ("JSON Error Codes") that mean something of their own here. */
export const code = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  missingAccess: 50001,
  missingPermissions: 50013,
  tooLarge: 40005,
  voiceIsFixed: 50162,
  noVoiceHere: 50173,
  tooManyFollowUps: 40094,
  invalidWebhookToken: 50027,
  threadArchived: 50083,
  /** A reply, or another reference, where the history may not be read. */
  noHistoryToReply: 160002,
  noHistoryToReference: 160009,
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
  [code.tooManyFollowUps, 'Discord takes five further messages where only the person added Parley'],
  [50001, 'Parley may not see this channel (View Channel)'],
  [50005, 'the message is not one of Parley’s'],
  [50007, 'this person takes no direct messages from Parley'],
  [
    50013,
    'Parley lacks a permission in this channel (Send Messages, Send Messages in Threads or Read Message History)',
  ],
  [code.threadArchived, 'the thread is archived and locked'],
])

export const fileWords = 'I lack the permission Attach Files in this channel'

/** What a message's creation, edit or removal came to. `refOf`: null where the answer names no message. */
export function outcomeOf<T>(reply: Reply<T>, refOf: (body: T) => MessageRef | null): Outcome {
  switch (reply.kind) {
    case 'done': {
      const ref = refOf(reply.body)
      // Carried out or not, it can be looked up.
      return ref === null
        ? { ...ratedBy(reply), kind: 'unknown', cause: new Error('Discord’s answer names no message') }
        : { ...ratedBy(reply), kind: 'sent', ref }
    }
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

/** The same, with the answer itself for whoever made the call. */
export const reported = <T>(reply: Reply<T>): Reported & { readonly reply: Reply<T> } => ({
  ...reportOf(reply),
  reply,
})

export const ratedBy = ({ rate }: Rated): Rated => (rate ? { rate } : {})

/** Whether the interaction's token or its reply is not there (any more). */
export const isDeadToken = (reply: Reply<unknown>): boolean =>
  reply.kind === 'refused' &&
  (reply.status === 404 || reply.status === 401 || reply.code === code.invalidWebhookToken)

/** Read Message History is missing: the same message goes without its reference. */
export const isReplyRefused = (reply: Reply<unknown>): boolean =>
  reply.kind === 'refused' &&
  (reply.code === code.noHistoryToReply || reply.code === code.noHistoryToReference)

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
