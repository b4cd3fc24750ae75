import type { DraftPart } from '../ports/inbox.ts'
import type { Memory, StoredTurn } from './memory.ts'
import type { Question } from './question.ts'

/** Of one answer; older ones stay where they are. */
const mostNoted = 50

/**
 * Notes with an answer in which messages it was read aloud, so that they go when it goes. False when it was deleted, or
 * written anew, meanwhile. It may be repeated. Call it in the conversation's turn.
 */
export async function noteAloud(
  memory: Pick<Memory, 'head' | 'turnOf' | 'message' | 'rewriteTurn'>,
  { conversation, aloud, task, by }: Pick<Question, 'conversation' | 'aloud' | 'task' | 'by'>,
  parts: readonly DraftPart[],
): Promise<boolean> {
  const answer = aloud?.parts.find(({ ref }) => ref !== null)?.ref
  const sent = parts.filter(({ ref, removed }) => ref !== null && !removed)
  if (aloud === undefined || !answer || sent.length === 0) return true
  const now = await memory.turnOf(conversation, answer)
  // After a fresh start nothing leads to it any more, and nobody took it back.
  if (now === null) return (await memory.head(conversation))?.epoch !== aloud.epoch
  // One that could not be written again says the same.
  const says = (await memory.message(conversation, now.epoch, now.answer))?.text
  if (now.turn !== aloud.turn && (task.kind !== 'speak' || task.text !== says)) return false
  const nonces = new Set(sent.map(({ nonce }) => nonce))
  const before = (now.spoken ?? []).filter(({ nonce }) => !nonces.has(nonce))
  const spoken = [...before, ...sent].slice(-mostNoted)
  const spokenTo = [...new Set([...(now.spokenTo ?? []), by.id])].slice(-mostNoted)
  await memory.rewriteTurn(conversation, { ...now, spoken, spokenTo })
  return true
}

/** All messages in which it is, or was, read aloud. */
export const soundsOf = ({
  spoken,
  outdated,
}: Pick<StoredTurn, 'spoken' | 'outdated'>): readonly DraftPart[] => [...(outdated ?? []), ...(spoken ?? [])]

/** The exchange once its answer is another: what was read aloud is not what it says now. */
export function outdate(turn: StoredTurn): StoredTurn {
  const { spoken: _, spokenTo: __, ...others } = turn
  const outdated = soundsOf(turn).slice(-mostNoted)
  return outdated.length === 0 ? others : { ...others, outdated }
}
