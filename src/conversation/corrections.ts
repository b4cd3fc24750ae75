import type {
  FeedbackGiven,
  InboundEvent,
  MessageDeleted,
  MessageEdited,
  StopPressed,
} from '../ports/event.ts'
import type { Inbox } from '../ports/inbox.ts'
import type { Platform } from '../ports/platform.ts'
import { conversationId } from './keys.ts'
import type { Memory } from './memory.ts'
import type { Running, RunningTurn } from './running.ts'

/** What acts at once, beside a running answer: Stop, edits, deletes, thumbs. */
export interface CorrectionDeps {
  readonly inbox: Inbox
  readonly memory: Memory
  readonly running: Running
  /** Puts an event of the engine's own into the inbox. */
  admit(event: InboundEvent): Promise<void>
}

/** Words for the person, or null when what they did speaks for itself. */
export type Said = string | null

export async function stopAnswer(deps: CorrectionDeps, event: StopPressed): Promise<Said> {
  const turn = deps.running.in(conversationId(event.place.conversation))
  if (turn === null) return null
  if (!mayCorrect(turn, event)) return 'Only the person who asked, or a moderator, can stop this answer.'
  // Waiting for the end keeps the Stop in the inbox until it has taken effect: a crash in between repeats it.
  if (turn.happen('stop')) await turn.over
  return null
}

export async function rewriteQuestion(deps: CorrectionDeps, event: MessageEdited): Promise<Said> {
  const { conversation } = event.place
  const { text, files } = event
  const found = await deps.inbox.amend(conversation, event.message, { text, files })
  if (found === 'waiting') return null
  if (found === 'claimed' && (await interrupted(deps, event, (turn) => turn.happen('edit')))) return null

  const id = conversationId(conversation)
  const turn = await deps.memory.turnOf(id, event.message)
  if (turn === null) return null
  const asked = await findQuestion(deps.memory, id, turn, event.message)
  if (asked === null) return null
  await deps.memory.rewrite(id, turn.epoch, asked.seq, { ...asked.message, text, files })
  await deps.admit({
    kind: 'regenerate',
    id: `${event.id}:rewrite`,
    at: event.at,
    place: event.place,
    by: turn.by,
    answer: event.message,
  })
  return null
}

export async function withdrawQuestion(
  deps: CorrectionDeps,
  event: MessageDeleted,
  platform: Platform,
  signal: AbortSignal,
): Promise<Said> {
  const { conversation } = event.place
  const found = await deps.inbox.amend(conversation, event.message, null)
  if (found === 'waiting') return null
  if (found === 'claimed' && (await interrupted(deps, event, (turn) => turn.withdraw(event.message))))
    return null

  const id = conversationId(conversation)
  const turn = await deps.memory.turnOf(id, event.message)
  if (turn === null) return null
  const asked = await findQuestion(deps.memory, id, turn, event.message)
  if (asked === null) return null
  if (turn.asked.length > 1) {
    await deps.memory.dropQuestion(id, turn, asked.seq)
    return null
  }
  for (const part of turn.parts) if (part.ref !== null) await platform.remove(part.ref, signal)
  await deps.memory.dropTurn(id, turn)
  return null
}

export async function takeFeedback(deps: CorrectionDeps, event: FeedbackGiven): Promise<Said> {
  const id = conversationId(event.place.conversation)
  const turn = await deps.memory.turnOf(id, event.answer)
  if (turn === null) return null
  const { [event.by.id]: _, ...others } = turn.thumbs
  const thumbs = event.thumb === null ? others : { ...others, [event.by.id]: event.thumb }
  await deps.memory.rewriteTurn(id, { ...turn, thumbs })
  return null
}

/** Whether a running turn took the change; false when the message was settled already and the change comes after it. */
async function interrupted(
  deps: CorrectionDeps,
  event: MessageEdited | MessageDeleted,
  interrupt: (turn: RunningTurn) => boolean,
): Promise<boolean> {
  const turn = await deps.running.soon(conversationId(event.place.conversation))
  if (turn === null || !turn.answers(event.message)) return false
  if (interrupt(turn)) return true
  await turn.over
  return false
}

async function findQuestion(
  memory: Memory,
  conversation: string,
  turn: { readonly epoch: number; readonly asked: readonly number[] },
  ref: MessageEdited['message'],
) {
  for (const seq of turn.asked) {
    const message = await memory.message(conversation, turn.epoch, seq)
    if (message?.ref?.id === ref.id && message.ref.channel === ref.channel) return { seq, message }
  }
  return null
}

const mayCorrect = (turn: RunningTurn, event: InboundEvent): boolean =>
  turn.askedBy(event.by.id) || event.by.moderator
