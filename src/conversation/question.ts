import { createHash } from 'node:crypto'
import type { FileRef, InboundEvent, MessageRef, Person, Place, Quote } from '../ports/event.ts'
import type { Claim, DraftPart } from '../ports/inbox.ts'
import { commandNamed, wordsAsked } from './commands/registry.ts'
import { asAnswered } from './destination.ts'
import { conversationId, turnId } from './keys.ts'
import type { Head, Memory, StoredTurn } from './memory.ts'
import { isForCaller } from './privacy.ts'
import { answering, type Task } from './task.ts'
import type { nothingWords } from './words.ts'

/** What one turn answers, whether it was written, asked by command, or is answered once more. */
export interface Question {
  readonly turn: string
  readonly task: Task
  readonly conversation: string
  readonly place: Place
  /** Who pays: whoever pressed the button, or asked the most: brought the most files, else wrote the most. */
  readonly by: Person
  readonly askers: readonly string[]
  readonly asked: readonly Asked[]
  /** The head this turn leaves behind, and where in it the answer goes. */
  readonly head: Head
  readonly answer: number
  /** Messages of an earlier answer, to be edited rather than posted again. */
  readonly parts: readonly DraftPart[]
  /** The earlier exchange that is answered once more. */
  readonly again: StoredTurn | null
  /** The exchange whose answer is read aloud. */
  readonly aloud?: StoredTurn
  /** Nobody pressed a button: it succeeds, or people are told nothing. */
  readonly quiet?: true
  readonly privateTo: string | null
  /** Milliseconds since the epoch, of the first event. */
  readonly admittedAt: number
}

/** One message of the question. */
export interface Asked {
  readonly seq: number
  readonly text: string
  readonly by: { readonly id: string; readonly name: string }
  readonly at: number
  readonly ref: MessageRef | null
  readonly files: readonly FileRef[]
  readonly quotes: readonly Quote[]
}

/**
 * `not_theirs`: only the asker and moderators may have an answer written again. `unreadable`: forgotten, and was to be read
 * aloud. `spoken`: it can be heard already, they wanted it once before, and nobody pressed a button.
 */
export type Understood =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'nothing'; readonly why: keyof typeof nothingWords }

/** Reads a claim of the turn lane: its messages, the words of `/ask`, or the exchange to be answered once more. */
export async function understand(claim: Claim, memory: Memory): Promise<Understood> {
  const [first, last] = [claim.events[0], claim.events.at(-1)]
  if (first === undefined || last === undefined) return { kind: 'nothing', why: 'forgotten' }
  const conversation = conversationId(claim.conversation)
  const head = (await memory.head(conversation)) ?? { epoch: 0, next: 0 }
  const shared = {
    turn: turnId(claim.conversation.platform, first.id),
    conversation,
    place: first.place,
    by: last.by,
    admittedAt: first.at,
  }

  if (first.kind === 'regenerate') {
    const again = await memory.turnOf(conversation, first.answer)
    if (again === null || again.epoch !== head.epoch || again.asked.length === 0) {
      return { kind: 'nothing', why: 'forgotten' }
    }
    if (!again.askers.includes(first.by.id) && !first.by.moderator) {
      return { kind: 'nothing', why: 'not_theirs' }
    }
    const asked = await Promise.all(again.asked.map((seq) => stored(memory, conversation, again.epoch, seq)))
    const remembered = asked.filter((message) => message !== null)
    if (remembered.length === 0) return { kind: 'nothing', why: 'forgotten' }
    return {
      kind: 'question',
      question: {
        ...shared,
        task: again.task ?? answering,
        place: asAnswered(first.place, again),
        askers: again.askers,
        asked: remembered,
        head,
        answer: again.answer,
        parts: again.parts,
        again,
        privateTo: null,
      },
    }
  }

  if (first.kind === 'read_aloud') {
    const spoken = await memory.turnOf(conversation, first.answer)
    const said = spoken && (await memory.message(conversation, spoken.epoch, spoken.answer))
    if (spoken === null || said === null) return { kind: 'nothing', why: 'unreadable' }
    if (said.text.trim() === '') return { kind: 'nothing', why: 'wordless' }
    // A second try may find its own sound.
    if (first.quiet && spoken.spokenTo?.includes(first.by.id) && claim.draft === null)
      return { kind: 'nothing', why: 'spoken' }
    return {
      kind: 'question',
      question: {
        ...shared,
        task: { kind: 'speak', text: said.text, format: null, voice: null },
        place: asAnswered(first.place, spoken),
        askers: [first.by.id],
        asked: [],
        head,
        answer: head.next,
        parts: [],
        again: null,
        aloud: spoken,
        ...(first.quiet && { quiet: first.quiet }),
        privateTo: null,
      },
    }
  }

  const asked = claim.events.flatMap((event, i): Asked[] => {
    const message = { seq: head.next + i, by: event.by, at: event.at }
    if (event.kind === 'message') {
      return [{ ...message, text: event.text, ref: event.message, files: event.files, quotes: event.quotes }]
    }
    if (event.kind !== 'command') return []
    const { file } = event.options
    return [
      {
        ...message,
        text: wordsAsked(event),
        ref: event.message,
        files: [...(typeof file === 'object' ? [file] : []), ...(event.files ?? [])],
        quotes: event.quotes ?? [],
      },
    ]
  })
  const command = first.kind === 'command' ? commandNamed(first.name) : null
  const isPrivate = first.kind === 'command' && command !== null && isForCaller(command, first)
  return {
    kind: 'question',
    question: {
      ...shared,
      task: (first.kind === 'command' && command?.task?.(first)) || answering,
      by: mostOf(claim.events) ?? last.by,
      askers: [...new Set(claim.events.map((event) => event.by.id))],
      asked,
      head: { epoch: head.epoch, next: head.next + asked.length + 1 },
      answer: head.next + asked.length,
      parts: [],
      again: null,
      privateTo: isPrivate ? first.by.id : null,
    },
  }
}

async function stored(
  memory: Memory,
  conversation: string,
  epoch: number,
  seq: number,
): Promise<Asked | null> {
  const message = await memory.message(conversation, epoch, seq)
  if (message === null || message.by === null) return null
  const { text, by, at, ref, files, quotes } = message
  return { seq, text, by, at, ref, files, quotes }
}

/** What is asked, for telling whether an answer that was kept still answers it. */
export const fingerprintOf = ({ asked, task }: Question): string =>
  JSON.stringify([...asked.map(({ seq, text, files }) => [seq, text, files.map(({ id }) => id)]), task])

/** The same for what is remembered of the answer: no words that somebody took back later. */
export const answersOf = (question: Question): string =>
  createHash('sha256').update(fingerprintOf(question)).digest('base64url')

/** Who asks the most of a question that several ask; a file costs more than a message can hold words. */
function mostOf(events: readonly InboundEvent[]): Person | undefined {
  const weights = Map.groupBy(
    events.filter((event) => event.kind === 'message'),
    ({ by }) => by.id,
  )
    .values()
    .map((said) => ({
      by: said[0]?.by,
      files: said.reduce((sum, { files }) => sum + files.length, 0),
      letters: said.reduce((sum, { text }) => sum + text.length, 0),
    }))
  return [...weights].toSorted((a, b) => b.files - a.files || b.letters - a.letters)[0]?.by
}
