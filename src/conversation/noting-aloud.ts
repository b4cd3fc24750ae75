import type { DraftPart } from '../ports/inbox.ts'
import type { Memory } from './memory.ts'
import type { Question } from './question.ts'

/** Of one answer; older ones stay where they are. */
const mostNoted = 50

/**
 * Notes with an answer in which messages it was read aloud, so that they go when it goes. False when it was deleted, or
 * written again, meanwhile. It may be repeated. Call it in the conversation's turn.
 */
export async function noteAloud(
  memory: Pick<Memory, 'head' | 'turnOf' | 'rewriteTurn'>,
  { conversation, aloud }: Pick<Question, 'conversation' | 'aloud'>,
  parts: readonly DraftPart[],
): Promise<boolean> {
  const answer = aloud?.parts.find(({ ref }) => ref !== null)?.ref
  const sent = parts.filter(({ ref, removed }) => ref !== null && !removed)
  if (aloud === undefined || !answer || sent.length === 0) return true
  const now = await memory.turnOf(conversation, answer)
  // After a fresh start nothing leads to it any more, and nobody took it back.
  if (now === null) return (await memory.head(conversation))?.epoch !== aloud.epoch
  if (now.turn !== aloud.turn) return false
  const nonces = new Set(sent.map(({ nonce }) => nonce))
  const before = (now.spoken ?? []).filter(({ nonce }) => !nonces.has(nonce))
  await memory.rewriteTurn(conversation, { ...now, spoken: [...before, ...sent].slice(-mostNoted) })
  return true
}

/** The messages in which the answer that is written again is read aloud. Call it in the conversation's turn. */
export async function spokenBefore(
  memory: Pick<Memory, 'turnOf'>,
  { conversation, again }: Pick<Question, 'conversation' | 'again'>,
): Promise<readonly DraftPart[]> {
  const answer = again?.parts.find(({ ref }) => ref !== null)?.ref
  const now = answer ? await memory.turnOf(conversation, answer) : again
  return now?.spoken ?? []
}
