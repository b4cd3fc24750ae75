import type {
  FeedbackGiven,
  InboundEvent,
  MessageDeleted,
  MessageEdited,
  MessageRef,
  Person,
  StopPressed,
} from '../ports/event.ts'
import type { Inbox } from '../ports/inbox.ts'
import type { Turnstile } from '../turnstile.ts'
import { countStored } from './counting.ts'
import { conversationId } from './keys.ts'
import type { Memory, StoredTurn } from './memory.ts'
import { isSaidSo, type Running, type RunningTurn } from './running.ts'
import { endedWords, notTheirsToStopWords } from './words.ts'

/** What acts at once, beside a running answer: Stop, edits, deletes, thumbs. */
export interface CorrectionDeps {
  readonly inbox: Inbox
  readonly memory: Memory
  readonly running: Running
  /** Puts an event of the engine's own into the inbox. */
  admit(event: InboundEvent): Promise<void>
  /** Changes of one conversation's memory read and write it: one after the other. */
  readonly inTurn: Turnstile
}

/** Words for the person, or null when what they did speaks for itself. */
export type Said = string | null

export async function stopAnswer(deps: CorrectionDeps, event: StopPressed): Promise<Said> {
  const id = conversationId(event.place.conversation)
  const { running } = deps
  const now = meantBy(running, id, event)
  // Right after a start the turn it is meant for may be on its way to us.
  const isTheirs = now !== null && mayCorrect(now, event)
  if (!isTheirs) await running.soon(id)
  const turn = isTheirs ? now : meantBy(running, id, event)
  if (turn === null) return event.answer === null ? null : endedWords
  if (event.answer !== null && !turn.isMeantBy(event.answer)) {
    // Pressed on an answer that has ended meanwhile: the next one is not meant.
    if ((await deps.memory.turnOf(id, event.answer)) !== null) return endedWords
  }
  if (!mayCorrect(turn, event)) return notTheirsToStopWords
  const stopped = turn.happen('stop')
  // Waiting for the end keeps the Stop in the inbox until it has taken effect: a crash in between repeats it.
  if (stopped || turn.turn.ending === 'restarted') await turn.over
  // An edit came before it: the turn that starts again is meant.
  return stopped || turn.turn.ending !== 'restarted' ? null : stopAnswer(deps, event)
}

/** The one it was pressed on, else their own, else the first: the answer before what is read aloud, the last of those first. */
function meantBy(running: Running, id: string, { answer, by }: StopPressed): RunningTurn | null {
  const all = [running.in(id), ...running.speeches.allIn(id).toReversed()].filter((turn) => turn !== null)
  const pressed = answer === null ? undefined : all.find((turn) => turn.isMeantBy(answer))
  return pressed ?? all.find((turn) => turn.askedBy(by.id)) ?? all[0] ?? null
}

export async function rewriteQuestion(deps: CorrectionDeps, event: MessageEdited): Promise<Said> {
  const { conversation } = event.place
  const { text, files } = event
  const found = await deps.inbox.amend(conversation, event.message, { text, files })
  if (found === 'waiting') return null
  // A platform may tell of an edit once more, or of one that was made before the question was heard.
  const restart = (turn: RunningTurn) => turn.reads(event.message, event) || turn.happen('edit')
  if (found === 'claimed' && (await interrupted(deps, event, restart))) return null

  const id = conversationId(conversation)
  return deps.inTurn(id, async () => {
    const exchange = await findExchange(deps.memory, id, event.message)
    if (exchange === null) return null
    const { turn, seq, message } = exchange
    if (isSaidSo(message, event) && message.edit !== event.id) return null
    const tokens = await countStored({ text, quotes: message.quotes })
    // What its files take is known once they are read again.
    const { fileTokens: _, ...kept } = message
    await deps.memory.rewrite(id, turn.epoch, seq, { ...kept, text, files, tokens, edit: event.id })
    deps.running.speeches.end(id, turn)
    const again = runningOn(deps, id, event.message)
    if (again?.happen('edit')) return null
    await rewrite(deps, event, event.by, event.message)
    return null
  })
}

export async function withdrawQuestion(
  deps: CorrectionDeps,
  event: MessageDeleted,
  take: (turn: StoredTurn) => Promise<void>,
): Promise<Said> {
  const { conversation } = event.place
  const { message } = event
  const found = await deps.inbox.amend(conversation, message, null)
  const isTaken =
    found === 'waiting' ||
    (found === 'claimed' && (await interrupted(deps, event, (turn) => turn.withdraw(message))))
  if (isTaken) {
    await deps.memory.whereabouts.forget(conversation, message)
    return null
  }

  const id = conversationId(conversation)
  return deps.inTurn(id, async () => {
    const exchange = await findExchange(deps.memory, id, message)
    if (exchange === null) return null
    const { turn, seq } = exchange
    deps.running.speeches.end(id, turn)
    const again = runningOn(deps, id, message)
    if (turn.asked.length > 1) {
      await deps.memory.dropQuestion(id, turn, seq)
      if (again?.withdraw(message)) return null
      // The answer spoke of it too: it is written again for the rest.
      const answer = turn.parts.find(({ ref, removed }) => ref !== null && !removed)?.ref
      // Whoever takes words back asks for nothing.
      if (answer) await rewrite(deps, event, turn.by, answer)
      return null
    }
    if (again?.withdraw(message)) await again.over
    await take(turn)
    await deps.memory.dropTurn(id, turn)
    return null
  })
}

export async function takeFeedback(deps: CorrectionDeps, event: FeedbackGiven): Promise<Said> {
  const id = conversationId(event.place.conversation)
  return deps.inTurn(id, async () => {
    const turn = await deps.memory.turnOf(id, event.answer)
    if (turn === null) return null
    const { [event.by.id]: _, ...others } = turn.thumbs
    const thumbs = event.thumb === null ? others : { ...others, [event.by.id]: event.thumb }
    await deps.memory.rewriteTurn(id, { ...turn, thumbs })
    return null
  })
}

/** Whether a running turn took the change; false when the message was settled already and the change comes after it. */
async function interrupted(
  deps: CorrectionDeps,
  event: MessageEdited | MessageDeleted,
  interrupt: (turn: RunningTurn) => boolean,
): Promise<boolean> {
  const id = conversationId(event.place.conversation)
  const { soon, speeches } = deps.running
  const speech = speeches.askedIn(id, event.message)
  const turn = speech ?? (await soon(id)) ?? speeches.askedIn(id, event.message)
  if (turn === null || !turn.answers(event.message)) return false
  if (interrupt(turn)) return true
  await turn.over
  return false
}

/** Has an exchange answered once more, in its turn; `by` pays. */
function rewrite(
  deps: CorrectionDeps,
  { id, at, place }: MessageEdited | MessageDeleted,
  by: Person,
  answer: MessageRef,
): Promise<void> {
  return deps.admit({ kind: 'regenerate', id: `${id}:rewrite`, at, place, by, answer, quiet: true })
}

/** The turn that is just answering this message, for the first time or once more. */
function runningOn(deps: CorrectionDeps, conversation: string, message: MessageRef): RunningTurn | null {
  const turn = deps.running.in(conversation)
  return turn?.answers(message) ? turn : null
}

/** The remembered exchange of a question, and the question in it. */
async function findExchange(memory: Memory, conversation: string, ref: MessageRef) {
  const turn = await memory.turnOf(conversation, ref)
  for (const seq of turn?.asked ?? []) {
    const message = await memory.message(conversation, turn?.epoch ?? 0, seq)
    if (turn && message?.ref?.id === ref.id && message.ref.channel === ref.channel)
      return { turn, seq, message }
  }
  return null
}

const mayCorrect = (turn: RunningTurn, event: InboundEvent): boolean =>
  turn.askedBy(event.by.id) || event.by.moderator
