/**
 * One turn, as a machine. The runner (answering.ts) reports what happened; this table alone says what that means,
 * so that a Stop, an edit or a failure is decided the same way whenever it comes.
 */
export type TurnState =
  /** Nothing is decided yet. */
  | 'checking'
  /** Attachments, memory, budget. */
  | 'reading'
  /** The model was called, nothing came yet. */
  | 'asking'
  /** Text is coming. */
  | 'writing'
  /** The text is whole; its last part is on its way to the platform. */
  | 'finishing'
  /** Receipts, history and cost are being committed. */
  | 'settling'
  | 'over'

export type TurnEnding =
  | 'answered'
  | 'stopped'
  | 'refused'
  | 'failed'
  /** The platform has no place for the answer any more. */
  | 'unshown'
  /** The question was deleted: the answer goes too. */
  | 'withdrawn'
  /** The question was edited: the turn starts again with the new words and edits its own draft. */
  | 'restarted'
  /** The process is going down: the turn starts again after the restart. */
  | 'suspended'

export type TurnEvent =
  | 'allowed'
  /** A former try had the whole text already. */
  | 'resumed'
  | 'read'
  | 'token'
  | 'ended'
  | 'shown'
  | 'settled'
  | 'refused'
  | 'failed'
  /** There is no place for the answer: the thread is gone, or it may not be shown there. */
  | 'unshowable'
  | 'stop'
  | 'withdraw'
  | 'edit'
  | 'suspend'

export interface Turn {
  readonly state: TurnState
  readonly ending: TurnEnding | null
}

export const begun: Turn = { state: 'checking', ending: null }

type Step = readonly [TurnState, TurnEnding | null]

const interrupts = {
  refused: ['finishing', 'refused'],
  failed: ['finishing', 'failed'],
  unshowable: ['finishing', 'unshown'],
  stop: ['finishing', 'stopped'],
  withdraw: ['finishing', 'withdrawn'],
  edit: ['finishing', 'restarted'],
  suspend: ['finishing', 'suspended'],
} as const satisfies Partial<Record<TurnEvent, Step>>

const table: Readonly<Record<TurnState, Partial<Record<TurnEvent, Step>>>> = {
  checking: { ...interrupts, allowed: ['reading', null], resumed: ['finishing', 'answered'] },
  reading: { ...interrupts, read: ['asking', null], ended: ['finishing', 'answered'] },
  asking: { ...interrupts, token: ['writing', null], ended: ['finishing', 'answered'] },
  writing: { ...interrupts, token: ['writing', null], ended: ['finishing', 'answered'] },
  // The text is whole: Stop comes too late, but changed or deleted words still count until the commit.
  finishing: {
    withdraw: ['finishing', 'withdrawn'],
    edit: ['finishing', 'restarted'],
    unshowable: ['finishing', 'unshown'],
    shown: ['settling', null],
  },
  settling: { settled: ['over', null] },
  over: {},
}

const startsAgain: ReadonlySet<TurnEnding | null> = new Set(['restarted', 'suspended'])

/** The turn after `event`, or null when the event has no meaning in this state (it came too late or too early). */
export function step(turn: Turn, event: TurnEvent): Turn | null {
  const to = table[turn.state][event]
  if (to === undefined) return null
  // Deleted words stay deleted, whatever else happens to the turn; one that starts again may find its place then.
  const stays = turn.ending === 'withdrawn' || (event === 'unshowable' && startsAgain.has(turn.ending))
  const ending = stays ? turn.ending : (to[1] ?? turn.ending)
  return { state: to[0], ending }
}
