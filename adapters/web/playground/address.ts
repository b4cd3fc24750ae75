import type { ConversationKey, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/platform.ts'
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
  const text = withoutMention(message.text)
  const line = readCommandLine(text, message.files.map(fileRef), intake.commands)
  if (line.kind === 'mistake') return line
  if (line.kind === 'command') {
    return { kind: 'command', place: placeFor(message, intake), name: line.name, options: line.options }
  }
  const direct = directWith(message.channel) !== null
  const followed = await follows(message, intake)
  const addressed = direct || mentionsParley(message.text) || (followed && !addressesAnother(message.text))
  if (!addressed) return { kind: 'chatter' }
  return { kind: 'question', place: placeFor(message, intake), text, followed: followed || direct }
}

async function follows(message: Message, intake: Intake): Promise<boolean> {
  if (message.thread === null) return false
  return intake.follows(conversationIn(message.channel, message.thread))
}

export function placeFor(message: Message, intake: Intake): Place {
  return intake.place({
    platform: 'web',
    workspace: 'local',
    channel: message.channel,
    thread: message.thread,
    message: refOf(message),
    direct: directWith(message.channel) !== null,
    threadIfOpened: message.thread === null ? message.id : null,
  })
}

/** The place that was decided when the message was first heard; null when it was not for Parley. */
export function placeAsDecided(message: Stored): Place | null {
  if (message.conversation === null) return null
  const opensThread = message.thread === null && message.conversation === message.id
  return {
    conversation: conversationIn(message.channel, message.conversation),
    root: opensThread ? refOf(message) : null,
    direct: directWith(message.channel) !== null,
  }
}
