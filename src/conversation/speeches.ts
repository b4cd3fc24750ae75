import type { ConversationKey, InboundEvent, MessageRef } from '../ports/event.ts'
import { conversationKey } from './keys.ts'
import { isQuiet } from './lanes.ts'
import type { StoredTurn } from './memory.ts'
import type { RunningTurn } from './running.ts'

/** An exchange, however often it was answered. */
export type Exchange = Pick<StoredTurn, 'epoch' | 'answer'>

/** The texts that are being read aloud, beside the answers: a conversation may have several. */
export interface Speeches {
  /** As `Running.begin`. */
  begin(conversation: string, events: readonly InboundEvent[]): RunningTurn
  /** Notes whose answer it reads. The one that is reading that already; null: it is the only one. */
  reads(speech: RunningTurn, exchange: Exchange): RunningTurn | null
  /**
   * Somebody pressed a button to hear what is being read without anybody's: they have it, too. True for the first: that
   * nothing is heard would be told to nobody, so it waits for the end and sees to it.
   */
  joins(person: string, quiet: RunningTurn): boolean
  /** In the order in which they began. */
  allIn(conversation: string): readonly RunningTurn[]
  /** The one that this message asked for. */
  askedIn(conversation: string, message: MessageRef): RunningTurn | null
  all(): readonly RunningTurn[]
  /** As `Running.newestIn`. */
  newestIn(channel: Omit<ConversationKey, 'thread'>, fits: (speech: RunningTurn) => boolean): string | null
  /** The answer changes or goes: whatever reads it ends, and takes back what it has sent. */
  end(conversation: string, exchange: Exchange): void
}

interface Entry {
  readonly conversation: string
  readonly speech: RunningTurn
  exchange: Exchange | null
  /** It fails in silence, and nobody waits for it who would speak up. */
  unattended: boolean
}

const isSame = (one: Exchange | null, other: Exchange): boolean =>
  one?.epoch === other.epoch && one.answer === other.answer

export function createSpeeches(
  create: (events: readonly InboundEvent[], onEnd: () => void) => RunningTurn,
): Speeches {
  /** In the order in which they began. */
  const entries = new Set<Entry>()
  const here = (conversation: string): Entry[] =>
    [...entries].filter((one) => one.conversation === conversation)
  const reading = (conversation: string, exchange: Exchange): Entry[] =>
    here(conversation).filter((one) => isSame(one.exchange, exchange))

  return {
    begin(conversation, events) {
      const speech = create(events, () => void entries.delete(entry))
      const entry: Entry = { conversation, speech, exchange: null, unattended: events.every(isQuiet) }
      entries.add(entry)
      return speech
    },
    reads(speech, exchange) {
      const entry = [...entries].find((one) => one.speech === speech)
      if (entry === undefined) return null
      // One that was told to end is heard by nobody.
      const others = reading(entry.conversation, exchange).filter((one) => one.speech.turn.ending === null)
      entry.exchange = exchange
      return others.find((one) => one !== entry)?.speech ?? null
    },
    joins(person, quiet) {
      quiet.join(person)
      const entry = [...entries].find((one) => one.speech === quiet)
      if (!entry?.unattended) return false
      entry.unattended = false
      return true
    },
    allIn: (conversation) => here(conversation).map(({ speech }) => speech),
    askedIn: (conversation, message) =>
      here(conversation).find(({ speech }) => speech.answers(message))?.speech ?? null,
    all: () => [...entries].map(({ speech }) => speech),
    newestIn: (channel, fits) =>
      newest(
        [...entries].map(({ conversation, speech }) => [conversation, speech]),
        channel,
        fits,
      ),
    end(conversation, exchange) {
      for (const { speech } of reading(conversation, exchange)) speech.happen('withdraw')
    },
  }
}

/** Of what runs in this channel and its threads, the conversation of the last that `fits`. */
export function newest(
  all: readonly (readonly [conversation: string, turn: RunningTurn])[],
  { platform, workspace, channel }: Omit<ConversationKey, 'thread'>,
  fits: (turn: RunningTurn) => boolean,
): string | null {
  const found = all.findLast(([id, turn]) => {
    const at = conversationKey(id)
    return at.platform === platform && at.workspace === workspace && at.channel === channel && fits(turn)
  })
  return found?.[0] ?? null
}
