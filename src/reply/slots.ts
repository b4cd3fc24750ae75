import type { MessageRef } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Part } from '../ports/platform.ts'

/**
 * One message of an answer at its platform.
 *
 *     new -> shown                  sent
 *     new -> doubtful               the reply to the send was lost, or a former try died while sending
 *     doubtful -> shown | new       looked up: there it is; it never arrived
 *     doubtful -> lost              nobody can tell: neither sent again nor touched
 *     shown -> gone                 a person deleted it
 *     shown -> removed              the text became shorter and needs it no more
 */
export type Slot =
  | { readonly kind: 'new' }
  | { readonly kind: 'doubtful'; readonly reach: number | null }
  | { readonly kind: 'lost' }
  | { readonly kind: 'removed' }
  /** `part`: what it shows; null when a former try has written it. */
  | { readonly kind: 'shown'; readonly ref: MessageRef; readonly part: Part | null }
  | { readonly kind: 'gone'; readonly ref: MessageRef }

export interface Slots {
  get(index: number): Slot
  set(index: number, slot: Slot): void
  count(): number
  nonce(index: number): string
  /** Makes it durable that message `index` is about to be sent. */
  intend(index: number): Promise<void>
  /** Makes durable what is known now. */
  save(): Promise<void>
  parts(): readonly DraftPart[]
}

export function createSlots(options: {
  readonly draft: readonly DraftPart[]
  nonce(index: number): string
  save(parts: readonly DraftPart[]): Promise<void>
}): Slots {
  const nonces = options.draft.map((part) => part.nonce)
  const slots = options.draft.map(
    ({ ref }): Slot => (ref ? { kind: 'shown', ref, part: null } : { kind: 'doubtful', reach: null }),
  )

  const parts = (): DraftPart[] =>
    nonces.flatMap((nonce, index) => {
      const slot = slots[index]
      if (slot?.kind === 'removed') return []
      return [{ nonce, ref: slot?.kind === 'shown' || slot?.kind === 'gone' ? slot.ref : null }]
    })

  async function intend(index: number): Promise<void> {
    if (index < nonces.length) return
    while (nonces.length <= index) nonces.push(options.nonce(nonces.length))
    await options.save(parts())
  }

  return {
    get: (index) => slots[index] ?? { kind: 'new' },
    set: (index, slot) => {
      while (slots.length < index) slots.push({ kind: 'new' })
      slots[index] = slot
    },
    count: () => slots.length,
    nonce: (index) => nonces[index] ?? options.nonce(index),
    intend,
    save: () => options.save(parts()),
    parts,
  }
}
