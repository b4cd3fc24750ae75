import type { CommandSpec, Form, Suggestion } from './command.ts'
import type { ConversationKey, InboundEvent, MessageRef, Person, Place } from './event.ts'
import type { RateBudget, Reported } from './outcome.ts'

/** What the engine offers a platform. */
export interface Intake {
  /** Durable when it resolves; only then may the platform be told that the event arrived. */
  admit(event: InboundEvent): Promise<Admission>
  /**
   * Where a message is answered: the conversation's key for good. Asked before admission, and again for what happens
   * to the message later (edits, deletes), with the same answer.
   */
  place(spot: Spot): Promise<Place>
  /** Whether Parley takes part in this conversation, so that no mention is needed. */
  follows(conversation: ConversationKey): Promise<boolean>
  readonly commands: readonly CommandSpec[]
  /** What fits what the person has typed so far, the best first; at most 25 (Discord's limit). */
  suggest(what: Suggestion, typed: string, signal: AbortSignal): Promise<readonly string[]>
  /**
   * The form of a command (`CommandSpec.form`) with what holds at the place; null when this person may not use it, or it
   * has none. `about`: the message whose button asks for it.
   */
  form(command: string, place: Place, by: Person, about?: MessageRef): Promise<Form | null>
  /** For a page that shows one person how things stand (Slack's Home tab); null when this person may not use Parley. */
  overview(place: Place, by: Person): Promise<Overview | null>
  /**
   * Makes a call of the platform's own (history, names) when the limits allow it, behind everything that people wait
   * for. Rejects with the signal's reason.
   */
  paced<T extends Reported>(
    budgets: readonly RateBudget[],
    call: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>
}

/** What holds for one person at one place. */
export interface Overview {
  readonly model: string
  readonly persona: string
  /** Whether the person may write to Parley directly. */
  readonly direct: boolean
  readonly today: {
    /** US dollars; `limit` null = none. */
    readonly spent: number
    readonly limit: number | null
    /** US dollars left of the budget for everybody, where the person has more left; null = not less than theirs, or no limit. */
    readonly shared: number | null
    /** When the next day of the budget begins: milliseconds since the epoch. */
    readonly until: number
  }
}

/** `full`: too much is waiting there already; tell the person to try again later. `ignored`: bots, foreigners. */
export type Admission = 'new' | 'duplicate' | 'full' | 'ignored'

/** A message's surroundings as the platform knows them. */
export interface Spot {
  readonly platform: string
  readonly workspace: string
  readonly channel: string
  /** The thread it was written in, if any. */
  readonly thread: string | null
  readonly message: MessageRef
  /** The message it replies to, if any. */
  readonly repliesTo: MessageRef | null
  /** The same message, as `Platform.send` named it, where that is another name. */
  readonly repliedAs?: MessageRef
  readonly direct: boolean
  /** The id a thread opened on this message has or would have; null where threads can't be opened. */
  readonly threadIfOpened: string | null
  /** Threads can be opened on what others write here, if not on this: a command that is no message. Absent = no. */
  readonly threads?: true
}
