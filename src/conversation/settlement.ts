import type { FileRef, Place } from '../ports/event.ts'
import type { DraftAnswer, DraftPart, Settlement } from '../ports/inbox.ts'
import type { Charge } from '../ports/ledger.ts'
import { countStored } from './counting.ts'
import type { Memory, StoredMessage, StoredTurn } from './memory.ts'
import { outdate } from './noting-aloud.ts'
import type { AskedFiles } from './preparing.ts'
import { type Asked, answersOf, type Question } from './question.ts'
import { isRemembered } from './task.ts'

/** What is remembered of an answer. */
export interface Remembered {
  /** The model's own words; '' when nobody saw any. */
  readonly said: string
  /** Pictures that were painted for it. */
  readonly files: readonly FileRef[]
  /** What became of the question's; absent = they were not read. */
  readonly asked?: AskedFiles
  readonly state: DraftAnswer['state']
  readonly parts: readonly DraftPart[]
  /** Where it stands. */
  readonly place: Place
  readonly at: number
  readonly charge: Charge | null
  /** It could not be written again: what was read aloud is still what it says. Absent = false. */
  readonly isAsBefore?: boolean
}

/**
 * Step 10 of a message's way: receipts, history and cost, to be committed as one. null: the exchange that was answered
 * once more was deleted meanwhile. Call it in the conversation's turn, together with the commit.
 */
export async function settlementOf(
  memory: Memory,
  question: Question,
  answer: Remembered,
): Promise<Settlement | null> {
  const { conversation, head, again, privateTo } = question
  const { charge } = answer
  const beside = answer.place.replyTo === undefined ? {} : { replyTo: answer.place.replyTo }
  // Of a message that is removed for good nothing has to be known any more.
  const parts = answer.parts
    .filter(({ ref, removed }) => ref !== null || !removed)
    // Other answers come after this one: what was sent since then is not its own any more.
    .map(({ since: _, ...part }) => part)
  // A private exchange leaves no trace that others' questions could bring up again.
  if (privateTo !== null || !isRemembered(question.task)) return { entries: [], charge }
  const reply = await replyOf(answer)
  if (again !== null) {
    // Its questions are remembered already, and may have been edited since this try read them.
    const now = await exchangeNow(memory, question)
    if (now === null) return null
    const kept = answer.isAsBefore ? now : outdate(now)
    const answers = answersOf(question)
    const turn: StoredTurn = { ...kept, turn: question.turn, parts, thumbs: {}, answers, ...beside }
    const counted = await countedAgain(memory, question, now, answer.asked)
    const messages = new Map([...counted, [now.answer, reply] as const])
    return { entries: memory.entries(conversation, head, turn, messages), charge }
  }
  const asked = await Promise.all(
    question.asked.map(async (one): Promise<[number, StoredMessage]> => {
      const { seq, ...message } = one
      const fileTokens = answer.asked?.tokens[seq]
      const counted = { tokens: await countStored(one), ...(fileTokens !== undefined && { fileTokens }) }
      return [seq, { ...message, ...counted, role: 'user', hidden: false }]
    }),
  )
  const turn: StoredTurn = {
    turn: question.turn,
    epoch: head.epoch,
    asked: question.asked.map((one) => one.seq),
    answer: question.answer,
    parts,
    askers: question.askers,
    by: question.by,
    thumbs: {},
    answers: answersOf(question),
    ...beside,
    ...(question.task.kind !== 'answer' && { task: question.task }),
  }
  const messages = new Map([...asked, [question.answer, reply] as const])
  return { entries: memory.entries(conversation, head, turn, messages), charge }
}

/** The questions with what their files take, as this try found it; one whose files are others by now stays as it is. */
async function countedAgain(
  memory: Memory,
  { conversation, asked }: Question,
  now: StoredTurn,
  files: AskedFiles | undefined,
): Promise<[number, StoredMessage][]> {
  const found = await Promise.all(
    asked.map(async (one): Promise<[number, StoredMessage] | null> => {
      const fileTokens = files?.tokens[one.seq]
      const message = now.asked.includes(one.seq)
        ? await memory.message(conversation, now.epoch, one.seq)
        : null
      if (fileTokens === undefined || message === null || !isSame(message, one)) return null
      return [one.seq, { ...message, fileTokens }]
    }),
  )
  return found.filter((one) => one !== null)
}

const isSame = (now: StoredMessage, read: Asked): boolean =>
  now.text === read.text && JSON.stringify(idsOf(now)) === JSON.stringify(idsOf(read))

const idsOf = ({ files }: { readonly files: readonly FileRef[] }) => files.map(({ id }) => id)

async function replyOf({ said, files, state, at }: Remembered): Promise<StoredMessage> {
  const broken = state !== 'done'
  return {
    role: 'assistant',
    text: said,
    ...(broken && { broken }),
    tokens: await countStored({ text: said, quotes: [], broken }),
    at,
    by: null,
    ref: null,
    files,
    quotes: [],
    hidden: said.trim() === '' && files.length === 0,
  }
}

async function exchangeNow(
  memory: Memory,
  { conversation, asked, again }: Question,
): Promise<StoredTurn | null> {
  const refs = [...asked.map(({ ref }) => ref), ...(again?.parts ?? []).map(({ ref }) => ref)]
  const known = refs.filter((ref) => ref !== null)
  // Any of them may have been deleted meanwhile: the exchange is gone when none leads to it.
  for (const ref of known) {
    const now = await memory.turnOf(conversation, ref)
    if (now !== null && now.epoch === again?.epoch && now.answer === again.answer) return now
  }
  return known.length === 0 ? again : null
}
