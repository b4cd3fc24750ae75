import type { ConversationKey, InboundEvent, MessageHeard, MessageRef } from '../ports/event.ts'
import { conversationKey } from './keys.ts'
import { createSpeeches, newest, type Speeches } from './speeches.ts'
import { begun, step, type Turn, type TurnEvent } from './turn.ts'
import type { Where } from './whereabouts.ts'

/**
 * The turns this process is working on, so that Stop, edits and deletes find them. A conversation has at most one:
 * the inbox hands over one claim at a time. What is read aloud runs beside it (`speeches`).
 */
export interface RunningTurn {
  readonly turn: Turn
  /** Reports what happened; false when it came too late (or too early) to mean anything. */
  happen(event: TurnEvent): boolean
  /** Whether it answers this message. */
  answers(message: MessageRef): boolean
  /** Whether it answers this message in these very words, with these files. */
  reads(message: MessageRef, words: Words): boolean
  /** Its message was deleted: the turn goes with its last message, and starts again without this one before that. */
  withdraw(message: MessageRef): boolean
  /** Its answer stands in these messages. */
  standsIn(messages: readonly MessageRef[]): void
  /** Whether the message is, as far as is known, one of its answer. */
  shows(message: MessageRef): boolean
  /** Whether the message is one of its questions or, as far as is known, of its answer. */
  isMeantBy(message: MessageRef): boolean
  /** Whether this person may stop it, moderators aside. */
  askedBy(person: string): boolean
  /** Somebody else wants it too. */
  join(person: string): void
  /** An exchange answered once more has the messages and askers of the first time. */
  concern(question: { readonly askers: readonly string[]; readonly messages: readonly MessageRef[] }): void
  /** Aborts when no more text is wanted. */
  readonly enough: AbortSignal
  /** Aborts when nothing more may be shown either: the question changed or is gone. */
  readonly silence: AbortSignal
  /** Resolves when the turn is over and its claim settled or given back. */
  readonly over: Promise<void>
  end(): void
}

export interface Running {
  readonly speeches: Speeches
  /** Call it before the first await after a claim: what was claimed can be corrected from then on. */
  begin(conversation: string, events: readonly InboundEvent[]): RunningTurn
  in(conversation: string): RunningTurn | null
  /** The turn running here, or the one that begins within a moment: its claim may be on its way to us. */
  soon(conversation: string): Promise<RunningTurn | null>
  /** With the speeches. */
  all(): readonly RunningTurn[]
  /** Of the turns in this channel and its threads that `fits`, the one begun last: its conversation. */
  newestIn(channel: Omit<ConversationKey, 'thread'>, fits: (turn: RunningTurn) => boolean): string | null
  /** The conversation in which this message is, as far as is known, part of an answer that is being written. */
  conversationOf(at: Where, message: MessageRef): ConversationKey | null
}

const muting: ReadonlySet<TurnEvent> = new Set(['edit', 'withdraw'])
const halting: ReadonlySet<TurnEvent> = new Set(['stop', 'suspend', 'unshowable', 'edit', 'withdraw'])

const momentMs = 500

export function createRunning(): Running {
  const turns = new Map<string, RunningTurn>()
  const speeches = createSpeeches(createRunningTurn)
  const awaited = new Map<string, Set<(turn: RunningTurn) => void>>()

  return {
    speeches,
    begin(conversation, events) {
      const running = createRunningTurn(events, () => {
        if (turns.get(conversation) === running) turns.delete(conversation)
      })
      // In the order in which they began.
      turns.delete(conversation)
      turns.set(conversation, running)
      for (const notify of awaited.get(conversation) ?? []) notify(running)
      return running
    },
    in: (conversation) => turns.get(conversation) ?? null,
    async soon(conversation) {
      const now = turns.get(conversation)
      if (now !== undefined) return now
      const waiting = awaited.get(conversation) ?? new Set()
      awaited.set(conversation, waiting)
      const { promise, resolve } = Promise.withResolvers<RunningTurn | null>()
      const timer = setTimeout(resolve, momentMs, null)
      waiting.add(resolve)
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        waiting.delete(resolve)
        if (waiting.size === 0) awaited.delete(conversation)
      }
    },
    all: () => [...turns.values(), ...speeches.all()],
    newestIn: (channel, fits) => newest([...turns], channel, fits),
    conversationOf({ platform, workspace }, message) {
      for (const [id, turn] of turns) {
        if (!turn.shows(message)) continue
        const conversation = conversationKey(id)
        if (conversation.platform === platform && conversation.workspace === workspace) return conversation
      }
      return null
    },
  }
}

export type Words = Pick<MessageHeard, 'text' | 'files'>

/** Links to the same file differ from time to time. */
export const isSaidSo = (one: Words, other: Words): boolean =>
  one.text === other.text &&
  one.files.length === other.files.length &&
  one.files.every(({ id }, i) => id === other.files[i]?.id)

function createRunningTurn(events: readonly InboundEvent[], onEnd: () => void): RunningTurn {
  const enough = new AbortController()
  const silence = new AbortController()
  const over = Promise.withResolvers<void>()
  const askers = new Set(events.map((event) => event.by.id))
  let messages = events.flatMap((event) =>
    (event.kind === 'message' || event.kind === 'command') && event.message !== null ? [event.message] : [],
  )
  let shown: readonly MessageRef[] = events.flatMap((event) =>
    event.kind === 'regenerate' ? [event.answer] : [],
  )
  let turn = begun
  const happen = (event: TurnEvent): boolean => {
    const next = step(turn, event)
    if (next === null) return false
    turn = next
    if (halting.has(event)) enough.abort(new Error(`the turn was interrupted: ${event}`))
    if (muting.has(event)) silence.abort(new Error(`the turn was silenced: ${event}`))
    return true
  }
  return {
    get turn() {
      return turn
    },
    happen,
    answers: (message) => messages.some((one) => same(one, message)),
    reads: (message, words) =>
      events.some(
        (event) => event.kind === 'message' && same(event.message, message) && isSaidSo(event, words),
      ),
    withdraw(message) {
      messages = messages.filter((one) => !same(one, message))
      return happen(messages.length === 0 ? 'withdraw' : 'edit')
    },
    standsIn(refs) {
      shown = refs
    },
    shows: (message) => shown.some((one) => same(one, message)),
    isMeantBy: (message) => [...shown, ...messages].some((one) => same(one, message)),
    askedBy: (person) => askers.has(person),
    join: (person) => void askers.add(person),
    concern(question) {
      for (const person of question.askers) askers.add(person)
      messages = [...question.messages]
    },
    enough: enough.signal,
    silence: silence.signal,
    over: over.promise,
    end() {
      onEnd()
      over.resolve()
    },
  }
}

const same = (a: MessageRef, b: MessageRef): boolean => a.id === b.id && a.channel === b.channel
