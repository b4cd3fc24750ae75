import type { DraftPart, Settlement } from '../ports/inbox.ts'
import type { Charge } from '../ports/ledger.ts'
import type { Memory, StoredMessage, StoredTurn } from './memory.ts'
import type { Question } from './question.ts'
import { countTokens } from './tokens.ts'

/** What is remembered of an answer. */
export interface Remembered {
  readonly said: string
  readonly parts: readonly DraftPart[]
  readonly at: number
  readonly charge: Charge | null
}

/** Role, separators and name around each message, as chat formats add them. */
const overheadTokens = 6

/** Step 10 of a message's way: receipts, history and cost, to be committed as one. */
export async function settlementOf(
  memory: Memory,
  question: Question,
  answer: Remembered,
): Promise<Settlement> {
  // A private exchange leaves no trace that others' questions could bring up again.
  if (question.privateTo !== null) return { entries: [], charge: answer.charge }

  const asked = await Promise.all(
    question.asked.map(async (one): Promise<[number, StoredMessage]> => {
      const { seq, text, by, at, ref, files, quotes } = one
      const words = [text, ...quotes.map((quote) => quote.text)].join('\n')
      const tokens = (await countTokens(words)) + overheadTokens
      return [seq, { role: 'user', text, tokens, at, by, ref, files, quotes, hidden: false }]
    }),
  )
  const reply: StoredMessage = {
    role: 'assistant',
    text: answer.said,
    tokens: (await countTokens(answer.said)) + overheadTokens,
    at: answer.at,
    by: null,
    ref: null,
    files: [],
    quotes: [],
    hidden: answer.said.trim() === '',
  }
  const turn: StoredTurn = {
    turn: question.turn,
    epoch: question.head.epoch,
    asked: question.asked.map((one) => one.seq),
    answer: question.answer,
    parts: answer.parts,
    askers: question.askers,
    by: question.by,
    thumbs: question.again?.thumbs ?? {},
  }
  return {
    entries: memory.entries(
      question.conversation,
      question.head,
      turn,
      new Map([...asked, [question.answer, reply]]),
    ),
    charge: answer.charge,
  }
}
