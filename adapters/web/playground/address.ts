import { isChain } from '../../../src/conversation/keys.ts'
import type { ConversationKey, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { type Options, readCommandLine } from './command-line.ts'
import { fileRef } from './files.ts'
import { addressesAnother, mentionsParley, withoutMention } from './mention.ts'
import { directWith, type Message, refOf, type Stored } from './message.ts'

/** What a message that a person wrote is to Parley. */
export type Address =
  | { readonly kind: 'chatter' }
  | { readonly kind: 'question'; readonly place: Place; readonly text: string; readonly followed: boolean }
  | {
      readonly kind: 'command'
      readonly place: Place
      readonly name: string
      readonly options: Options
    }
  /** A command that is none: `words` go to the author alone. */
  | { readonly kind: 'mistake'; readonly words: string }

export const conversationIn = (channel: string, thread: string | null): ConversationKey => ({
  platform: 'web',
  workspace: 'local',
  channel,
  thread: thread ?? '',
})

/** Mentions anywhere; without one in direct channels, and in threads where Parley takes part. */
export async function addressOf(message: Message, intake: Intake): Promise<Address> {
  const line = lineOf(message, intake)
  if (line.kind === 'mistake') return line
  const place = await placeFor(message, intake)
  if (line.kind === 'command') return { ...line, place }
  const direct = directWith(message.channel) !== null
  const followed = direct || (await follows(message, intake))
  const meant = followed && (direct || !addressesAnother(message.text))
  if (!meant && !mentionsParley(message.text)) return { kind: 'chatter' }
  return { kind: 'question', place, text: withoutMention(message.text), followed }
}

/** The same for a message that was heard before: whom it is for was decided then, whatever is followed now. */
export async function addressAsDecided(message: Stored, intake: Intake): Promise<Address> {
  const line = lineOf(message, intake)
  const place = placeAsDecided(message)
  if (!place) return line.kind === 'mistake' ? line : { kind: 'chatter' }
  if (line.kind === 'command') return { ...line, place }
  const followed = place.direct || (await follows(message, intake))
  return { kind: 'question', place, text: withoutMention(message.text), followed }
}

/** What was said to Parley: of a command, the words it takes. */
export function wordsOf(message: Message, intake: Intake): string {
  const line = lineOf(message, intake)
  if (line.kind !== 'command') return withoutMention(message.text)
  const command = intake.commands.find((each) => each.name === line.name)
  const taken = command?.options.find((option) => option.type === 'text')
  const words = taken && line.options[taken.name]
  return typeof words === 'string' ? words : ''
}

const lineOf = (message: Message, intake: Intake) =>
  readCommandLine(withoutMention(message.text), message.files.map(fileRef), intake.commands)

async function follows(message: Message, intake: Intake): Promise<boolean> {
  if (message.thread === null) return false
  return intake.follows(conversationIn(message.channel, message.thread))
}

function placeFor(message: Message, intake: Intake): Promise<Place> {
  const direct = directWith(message.channel) !== null
  return intake.place({
    platform: 'web',
    workspace: 'local',
    channel: message.channel,
    thread: message.thread,
    message: refOf(message),
    repliesTo: null,
    direct,
    // A direct channel is one conversation.
    threadIfOpened: message.thread === null && !direct ? message.id : null,
  })
}

/** The place that was decided when the message was first heard; null when it was not for Parley. */
export function placeAsDecided(message: Stored): Place | null {
  if (message.conversation === null) return null
  const opensThread = message.thread === null && message.conversation === message.id
  const conversation = conversationIn(message.channel, message.conversation)
  return {
    conversation,
    root: opensThread ? refOf(message) : null,
    ...(isChain(conversation) ? { replyTo: refOf(message) } : {}),
    direct: directWith(message.channel) !== null,
  }
}
