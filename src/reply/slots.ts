import type { MessageRef } from '../ports/event.ts'
import type { DraftFile, DraftPart } from '../ports/inbox.ts'
import type { Part } from '../ports/platform.ts'

/**
 * One message of an answer at its platform.
 *
 *     none -> intended              it is durable that it is about to be sent
 *     intended -> shown             sent
 *     intended -> doubtful          the reply to the send was lost, or a former try died while sending
 *     doubtful -> shown | intended  looked up: there it is; it never arrived
 *     doubtful -> lost              nobody can tell: neither sent again nor touched
 *     shown -> gone                 a person deleted it
 *     shown -> shown (fixed)        it can be changed no more: what follows goes into the next
 *     shown -> (retired)            the text became shorter and needs it no more; the messages behind it move up
 *     any -> (left)                 its place, or that of one before it, was closed: all from there on are sent elsewhere
 *     any -> (retired)              it, or one before it, can't be reached any more: all from there on are sent anew
 *
 * `since`: it was not sent before then, milliseconds since the epoch.
 */
export type Slot =
  | { readonly kind: 'none' }
  /** `again`: sent before, and not found; a platform that knows the nonce answers with that message as it was then. */
  | { readonly kind: 'intended'; readonly again?: true; readonly since?: number }
  | {
      readonly kind: 'doubtful'
      readonly reach: number | null
      readonly since?: number
      readonly markdown?: string
    }
  | { readonly kind: 'lost'; readonly since?: number }
  | ShownSlot
  | { readonly kind: 'gone'; readonly ref: MessageRef }

export interface ShownSlot {
  readonly kind: 'shown'
  readonly ref: MessageRef
  /** What it shows; null when a former try has written it. */
  readonly part: Part | null
  /** How much of the text that is, to its end, in UTF-16 units; absent = not known. */
  readonly reach?: number
  /** It grows so; absent = by edits. */
  readonly stream?: Stream
  /** Nobody can change it any more. */
  readonly fixed?: true
}

/** A message that only grows. */
export interface Stream {
  /** How much of the text is in it, to its end, in UTF-16 units. */
  readonly reach: number
  /** Until then it can grow: `Clock.elapsed()`. */
  readonly until: number
}

/** A message that is no part of the answer any more, and is to be removed. */
export interface Retired {
  readonly nonce: string
  readonly ref: MessageRef
}

export interface Slots {
  get(index: number): Slot
  set(index: number, slot: Slot): void
  count(): number
  nonce(index: number): string
  /** What message `index` carries; null: it is one of the text. */
  file(index: number): DraftFile | null
  /** It carries this now. */
  carries(index: number, file: DraftFile | null): void
  /** Makes it durable that message `index` is about to be sent, with this file. */
  intend(index: number, file?: DraftFile | null): Promise<void>
  /** Makes it durable that what is shown from message `from` on is about to be removed. */
  retire(from: number): Promise<void>
  /** Makes it durable that the answer needs other messages from `from` on; what is shown there is to be removed. */
  replace(from: number): Promise<void>
  /** The same, but what is shown there stays: nobody may change it any more. */
  abandon(from: number): Promise<void>
  /** What is to be removed next. */
  retired(): Retired | null
  /** `removed`: it is not there any more. `left`: it can't be removed now, and nobody tries again here. */
  letGo(from: Retired, as: 'removed' | 'left'): void
  /** Makes durable what is known now. */
  save(): Promise<void>
  parts(): readonly DraftPart[]
  /** The Markdown of each message, where it is known what it shows. */
  shown(): readonly string[]
}

interface Entry {
  readonly nonce: string
  slot: Slot
  file: DraftFile | null
}

export function createSlots(options: {
  readonly draft: readonly DraftPart[]
  nonce(index: number): string
  /** Milliseconds since the epoch. */
  now(): number
  save(parts: readonly DraftPart[]): Promise<void>
}): Slots {
  const entries: Entry[] = []
  const retired: Retired[] = []
  /** Out of reach: removed, or left where they are. */
  const past: DraftPart[] = []
  for (const part of options.draft) {
    const { nonce, ref } = part
    if (!part.removed) entries.push({ nonce, slot: slotOf(part), file: part.file ?? null })
    else if (ref) retired.push({ nonce, ref })
    else past.push(part)
  }

  const parts = (): DraftPart[] => [
    ...entries.map(partOf),
    ...retired.map((one) => ({ ...one, removed: true as const })),
    ...past,
  ]
  const save = (): Promise<void> => options.save(parts())

  /** A number that no message had, not even one that is removed: platforms send nothing twice under one nonce. */
  const freshNonce = (): string => options.nonce(entries.length + retired.length + past.length)

  function entry(index: number): Entry {
    const known = entries[index]
    if (!known) throw new RangeError(`Message ${index} was never intended`)
    return known
  }

  async function intend(index: number, file?: DraftFile | null): Promise<void> {
    const before = entries.length
    while (entries.length <= index)
      entries.push({ nonce: freshNonce(), slot: { kind: 'intended', since: options.now() }, file: null })
    const same = file === undefined || file?.id === entry(index).file?.id
    if (!same) entry(index).file = file
    if (!same || entries.length > before) await save()
  }

  async function retire(from: number): Promise<void> {
    for (const one of entries.splice(from)) {
      if (one.slot.kind === 'shown') retired.push({ nonce: one.nonce, ref: one.slot.ref })
      else entries.push(one)
    }
    await save()
  }

  async function replace(from: number): Promise<void> {
    for (const { nonce, slot } of entries.splice(from)) {
      if (slot.kind === 'shown') retired.push({ nonce, ref: slot.ref })
      else past.push({ nonce, ref: 'ref' in slot ? slot.ref : null, removed: true })
    }
    await save()
  }

  async function abandon(from: number): Promise<void> {
    for (const { nonce } of entries.splice(from)) past.push({ nonce, ref: null, removed: true })
    await save()
  }

  function letGo(from: Retired, as: 'removed' | 'left'): void {
    retired.splice(retired.indexOf(from), 1)
    past.push({ nonce: from.nonce, ref: as === 'left' ? from.ref : null, removed: true })
  }

  return {
    get: (index) => entries[index]?.slot ?? { kind: 'none' },
    set: (index, slot) => {
      entry(index).slot = slot
    },
    count: () => entries.length,
    nonce: (index) => entry(index).nonce,
    file: (index) => entries[index]?.file ?? null,
    carries: (index, file) => {
      entry(index).file = file
    },
    intend,
    retire,
    replace,
    abandon,
    retired: () => retired[0] ?? null,
    letGo,
    save,
    parts,
    shown: () =>
      entries.flatMap(({ slot }) =>
        slot.kind === 'shown' && slot.part && slot.part.markdown !== '' ? [slot.part.markdown] : [],
      ),
  }
}

function slotOf({ ref, since }: DraftPart): Slot {
  if (ref) return { kind: 'shown', ref, part: null }
  return { kind: 'doubtful', reach: null, ...(since === undefined ? {} : { since }) }
}

function partOf({ nonce, slot, file }: Entry): DraftPart {
  const carried = file && { file }
  if ('ref' in slot) return { nonce, ref: slot.ref, ...carried }
  return { nonce, ref: null, ...('since' in slot ? { since: slot.since } : {}), ...carried }
}
