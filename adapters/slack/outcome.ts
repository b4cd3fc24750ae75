import type { MessageRef } from '../../src/ports/event.ts'
import type { Outcome, Reported } from '../../src/ports/outcome.ts'
import { isDeadToken, NOT_INSTALLED, type Reply } from './wire.ts'

export type Refused = Extract<Reply<unknown>, { kind: 'refused' }>

const goneErrors = new Set([
  'message_not_found',
  'thread_not_found',
  'invalid_thread_ts',
  'cant_find_message',
])
/** The message stands, and Slack lets nobody change it any more. */
const fixedErrors = new Set(['edit_window_closed', 'cant_update_message', 'cant_edit_message'])

const inWords = new Map<string, string>([
  ['not_in_channel', 'Parley is not in this channel: invite it there with /invite and its name'],
  [
    'channel_not_found',
    'Parley does not see this channel: invite it there with /invite and its name, if it still exists',
  ],
  ['is_archived', 'the channel is archived: somebody has to unarchive it'],
  ['is_inactive', 'the thread’s channel is not active any more'],
  ['restricted_action', 'this workspace does not let Parley post in this channel: an admin can allow it'],
  ['restricted_action_read_only_channel', 'the channel is read-only'],
  ['restricted_action_thread_only_channel', 'the channel takes messages in threads only'],
  ['restricted_action_thread_locked', 'the thread is locked'],
  ['user_not_in_channel', 'the person is not in this channel'],
  [
    'messages_tab_disabled',
    'direct messages to Parley are switched off: turn on the Messages tab under App Home',
  ],
  ['as_user_not_supported', 'the token is not a bot’s, which begins with xoxb-'],
  ['not_allowed_token_type', 'the token is not a bot’s, which begins with xoxb-'],
  ['ekm_access_denied', 'an admin has suspended writing in this workspace'],
  ['team_access_not_granted', 'Parley was not given this workspace of the organisation'],
  [NOT_INSTALLED, 'Parley is not installed in this workspace'],
])

/** What a message's creation, edit or removal came to. `refOf`: null where the answer names no message. */
export function outcomeOf<T>(reply: Reply<T>, refOf: (body: T) => MessageRef | null): Outcome {
  switch (reply.kind) {
    case 'done': {
      const ref = refOf(reply.body)
      // Carried out or not, it can be looked up.
      return ref === null
        ? { kind: 'unknown', cause: new Error('Slack’s answer names no message') }
        : { kind: 'sent', ref }
    }
    case 'refused':
      return meaning(reply)
    case 'limited':
    case 'not_sent':
    case 'unknown':
      return reply
  }
}

/** For calls that make no message. */
export function reportOf(reply: Reply<unknown>): Reported {
  if (reply.kind === 'done') return { kind: 'done' }
  const outcome = outcomeOf(reply, () => null)
  return outcome.kind === 'limited' ? outcome : { kind: outcome.kind }
}

/** The same, with the answer itself for whoever made the call. */
export const reported = <T>(reply: Reply<T>): Reported & { readonly reply: Reply<T> } => ({
  ...reportOf(reply),
  reply,
})

export const isRefused = (reply: Reply<unknown>, ...errors: readonly string[]): boolean =>
  reply.kind === 'refused' && errors.includes(reply.error)

/** The bot may not write there; whoever was given a response URL may. */
export const isOutside = (reply: Reply<unknown>): boolean =>
  isRefused(reply, 'not_in_channel', 'channel_not_found', 'user_not_in_channel')

/** Whether only this call is impossible, a stream or an edit: what stands in its way stands in no other message's. */
export const isOnlyThisWay = (reply: Reply<unknown>): boolean => {
  if (reply.kind !== 'refused' || isOutside(reply)) return false
  const { kind } = meaning(reply)
  return kind === 'forbidden' && reply.needed !== 'chat:write' && !inWords.has(reply.error)
}

/** Slack names what it does not like of a message: the same without it may be taken. What is too long is not meant. */
export const isAboutLooks = (reply: Reply<unknown>): reply is Refused =>
  reply.kind === 'refused' && aboutLooks.test(reply.error) && !isTooLong(reply)

const aboutLooks =
  /^(?:(?:invalid|unsupported|unknown|incompatible)_(?:blocks?|arg|metadata|attachment|chunk|element|markdown|json|form)|metadata_|block_|markdown_|no_text$)/

/** In words for the log and the person who runs Parley. */
export function refusalWords({ error, needed, messages }: Refused): string {
  if (error === 'missing_scope')
    return needed
      ? `Parley lacks the scope ${needed}: add "${needed}" to oauth_config.scopes.bot of the app’s manifest and install it again`
      : 'Parley lacks a scope: compare the app’s manifest with the one that npm run manifest prints'
  const known = inWords.get(error)
  if (known !== undefined) return known
  return `Slack refused: ${error}${messages.length > 0 ? ` (${messages.join('; ')})` : ''}`
}

function meaning(refused: Refused): Outcome {
  const { error } = refused
  // Not for good: the token may be mended, and nothing was carried out.
  if (isDeadToken(error)) return { kind: 'not_sent', cause: new Error(refusalWords(refused)) }
  if (goneErrors.has(error)) return { kind: 'gone' }
  if (fixedErrors.has(error)) return { kind: 'fixed' }
  if (isTooLong(refused)) return { kind: 'too_long' }
  return { kind: 'forbidden', why: refusalWords(refused) }
}

/** `msg_too_long`, `msg_blocks_too_long`; or `invalid_blocks` whose messages speak of a length. */
const isTooLong = ({ error, messages }: Refused): boolean =>
  error.endsWith('_too_long') ||
  (/^invalid_(blocks|arguments|chunks)/.test(error) &&
    messages.some((said) =>
      /(must be (less|no more|fewer|at most)|longer|too long|max(imum)? length)/i.test(said),
    ))
