import type { ConversationKey, FileRef, InboundEvent, MessageRef } from './event.ts'
import type { Charge } from './ledger.ts'
import type { StoreEntry } from './store.ts'

/**
 * The durable queue between platforms and turns: one conversation at a time and in order, different conversations
 * side by side. Admission is one transaction, and so is handing over: settling a claim and freeing its conversation
 * happen together, so no event can fall between.
 */
export interface Inbox {
  /** Durable when it resolves. Unique on platform and `event.id`. `full` above the bounds the inbox was made with. */
  admit(event: InboundEvent, lane: Lane): Promise<'new' | 'duplicate' | 'full'>
  /**
   * Claims and handles until `signal` aborts; then claims nothing more and resolves once the running handlers ended.
   * A handler that throws, or returns without settling or releasing, gives its events back: they are claimed again
   * after a pause that grows. After `attempts` failures, or `deaths` ends of the process in the middle, they are handed
   * to `onDead` and kept as dead letters.
   * In one process the next claim of a conversation is handed over once the handler of the former has returned.
   * Rejects when nothing can be claimed ever again: only a new process can go on then.
   */
  work(handle: (claim: Claim) => Promise<void>, options: WorkOptions): Promise<void>
  /**
   * Changes a message that is not answered yet (null withdraws it). `waiting`: changed before anyone read it.
   * `claimed`: changed, but a turn has read the old words: restart it. `settled`: answered already, nothing changed.
   * A command's own message can be withdrawn; its options can't be changed: `unknown`, as for messages never admitted.
   */
  amend(
    conversation: ConversationKey,
    message: MessageRef,
    change: { readonly text: string; readonly files: readonly FileRef[] } | null,
  ): Promise<'waiting' | 'claimed' | 'settled' | 'unknown'>
  /** Numbers of events. `claimed`: in a turn's hands, or between two tries. `dead`: given up, kept for a while. */
  depth(): Promise<{ readonly waiting: number; readonly claimed: number; readonly dead: number }>
}

/**
 * `turn`: one after the other. `now`: at once, beside whatever runs (stop, edits, deletes, settings). `aside`: the same
 * for what takes long (a text read aloud), in places of its own, so that what is `now` never waits for one.
 */
export type Lane = 'turn' | 'now' | 'aside'

export interface WorkOptions {
  /** The most claims of the `turn` lane at once. `now` has as many places of its own, `aside` as many, but 16 at most. */
  readonly concurrency: number
  readonly signal: AbortSignal
  /**
   * Called with a claim that is given up, before its events are parked: the place for last words over what its draft
   * shows. It must not settle. A rejection leaves the claim for a later try.
   */
  readonly onDead?: (claim: Claim, error: unknown) => Promise<void>
}

/** A conversation, leased. Every write is fenced: after the lease went to another worker they reject with `StaleFence`. */
export interface Claim {
  readonly conversation: ConversationKey
  readonly lane: Lane
  /**
   * In order, at least one. In the `turn` lane: all messages waiting (at most 50), up to the first event of another
   * kind, or that one event alone. A claim taken again after a crash, a failure or a release has the same events,
   * amended where people edited them and without those they withdrew.
   */
  readonly events: readonly InboundEvent[]
  /**
   * All its events were withdrawn after a former attempt had read them; `events` then holds the withdrawn ones.
   * There is nothing to answer: take back what `draft` shows, then settle. Without a draft such a claim is never
   * handed over.
   */
  readonly withdrawn: boolean
  /** Grows with each claim of the conversation. */
  readonly fence: number
  /** 1 the first time. */
  readonly attempt: number
  /** What a former attempt had made public. */
  readonly draft: Draft | null
  /** Aborts with a `StaleFence` when the lease is lost. */
  readonly signal: AbortSignal
  /** Durable when it resolves. */
  saveDraft(draft: Draft): Promise<void>
  /** One transaction: the events are done, the entries are stored, the charge is booked, the conversation is free. */
  settle(settlement: Settlement): Promise<void>
  /** Gives the events back at once, with the draft, without counting an attempt (an edit restarts the turn). */
  release(): Promise<void>
}

/** What a turn has shown or is about to show; stored before it can be seen, so that a second try edits it. */
export interface Draft {
  readonly turn: string
  /** In order. `ref` is null while a send is under way: it may have arrived. */
  readonly parts: readonly DraftPart[]
  /** Set once the text is whole (or stopped): a second try shows this and asks no model. */
  readonly answer: DraftAnswer | null
}
export interface DraftPart {
  readonly nonce: string
  readonly ref: MessageRef | null
  /**
   * Where `ref` is null, while the turn lasts: it was not sent before then, milliseconds since the epoch.
   */
  readonly since?: number
  /**
   * No part of the answer any more. With a `ref` it may still be there and is to be removed. Without it stays in the
   * list while its turn lasts, so that no other message gets its nonce.
   */
  readonly removed?: true
  /** It carries this, and no text. Absent: it is a message of the text. */
  readonly file?: DraftFile
}
export interface DraftFile {
  /** `words`: they stand for a file that could not be sent. */
  readonly kind: 'sound' | 'picture' | 'transcript' | 'words'
  /** The same for the same content. */
  readonly id: string
}
export interface DraftAnswer {
  readonly text: string
  readonly state: 'done' | 'stopped' | 'failed'
  /** What the turn needs to settle (usage, cost, history); the engine's own, plain data. */
  readonly rest: unknown
}

export interface Settlement {
  readonly entries: readonly StoreEntry[]
  /** Deleted in the same transaction. */
  readonly drop?: readonly string[]
  readonly charge: Charge | null
}
