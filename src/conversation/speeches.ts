import type { ConversationKey, InboundEvent, MessageRef } from '../ports/event.ts'
import { conversationKey } from './keys.ts'
import type { StoredTurn } from './memory.ts'
import type { RunningTurn } from './running.ts'

/** An exchange, however often it was answered. */
export type Exchange = Pick<StoredTurn, 'epoch' | 'answer'>

/** The texts that are being read aloud, beside the answers: a conversation may have several. */
export interface Speeches {
  /** As `Running.begin`. */
  begin(conversation: string, events: readonly InboundEvent[]): RunningTurn
  /** Notes whose answer it reads. False: another one is reading that already. */
  reads(speech: RunningTurn, exchange: Exchange): boolean
  /** The one begun last. */
  in(conversation: string): RunningTurn | null
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
      const entry: Entry = { conversation, speech, exchange: null }
      entries.add(entry)
      return speech
    },
    reads(speech, exchange) {
      const entry = [...entries].find((one) => one.speech === speech)
      if (entry === undefined) return false
      // One that was told to end is heard by nobody.
      const others = reading(entry.conversation, exchange).filter((one) => one.speech.turn.ending === null)
      entry.exchange = exchange
      return others.length === 0
    },
    in: (conversation) => here(conversation).at(-1)?.speech ?? null,
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
