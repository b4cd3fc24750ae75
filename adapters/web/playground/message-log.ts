import type { MessageRef } from '../../../src/ports/event.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import {
  createLists,
  isGone,
  type Keeping,
  type ListKey,
  type Slot,
  type Standing,
  slotKey,
  standingKey,
} from './lists.ts'
import { refOf, type Stored } from './message.ts'

/** The playground's messages, durable: a key for each message, and pages read a slot at a time. */
export interface MessageLog {
  find(ref: MessageRef): Promise<Stored | null>
  wasDeleted(ref: MessageRef): Promise<boolean>
  /** Durable when it resolves. The message that stands: the one with this id that a crash had left behind, if any. */
  append(message: Stored): Promise<Stored>
  /** The changed message, durable; null when there is none. */
  update(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null>
  /** Changes what is seen until the next `update` or restart: the growing text of an answer, at no cost. */
  preview(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null>
  /** The message that was there; null when there was none. */
  remove(ref: MessageRef): Promise<Stored | null>
  openThread(root: MessageRef): Promise<void>
  threadIsOpen(root: MessageRef): Promise<boolean>
  page(list: ListKey, wanted: Wanted): Promise<Page>
}

export interface Wanted {
  /** Only messages before this one; null = the newest. */
  readonly before: string | null
  readonly limit: number
  readonly visible: (message: Stored) => boolean
}

export interface Page {
  /** Oldest first. */
  readonly messages: readonly Stored[]
  readonly more: boolean
}

/** Answers that are being written at once; above it the oldest preview is forgotten, not its message. */
const previewLimit = 1_000
const batch = 100

export function createMessageLog(store: Store, keeping: Keeping): MessageLog {
  const lists = createLists(store, keeping)
  const inTurn = createTurnstile()
  const previews = new Map<string, Stored>()
  const nameOf = (ref: MessageRef): string => standingKey(ref.channel, ref.id)

  async function locate(ref: MessageRef): Promise<{ key: string; slot: Slot } | null> {
    const standing = await store.get<Standing>(nameOf(ref))
    if (!standing) return null
    const key = slotKey({ channel: ref.channel, thread: standing.thread }, standing.slot)
    const slot = await store.get<Slot>(key)
    return slot?.id === ref.id ? { key, slot } : null
  }

  async function stored(ref: MessageRef): Promise<{ key: string; message: Stored } | null> {
    const found = await locate(ref)
    return found && !isGone(found.slot) ? { key: found.key, message: found.slot } : null
  }

  const find = async (ref: MessageRef): Promise<Stored | null> =>
    previews.get(nameOf(ref)) ?? (await stored(ref))?.message ?? null

  function keepPreview(message: Stored): void {
    previews.set(nameOf(refOf(message)), message)
    const oldest = previews.size > previewLimit ? previews.keys().next().value : undefined
    if (oldest !== undefined) previews.delete(oldest)
  }

  function append(message: Stored): Promise<Stored> {
    const list = { channel: message.channel, thread: message.thread }
    const ref = refOf(message)
    return inTurn(JSON.stringify([list.channel, list.thread]), async () => {
      const { slot, grown } = await lists.next(list)
      const left = await stored(ref)
      if (left) return left.message
      const standing: Standing = { thread: list.thread, slot }
      const kept = lists.keptFor(message)
      await Promise.all([
        store.set(slotKey(list, slot), message, kept),
        store.set(nameOf(ref), standing, kept),
        grown(),
      ])
      return message
    })
  }

  function update(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null> {
    return inTurn(nameOf(ref), async () => {
      const found = await stored(ref)
      if (!found) return null
      const changed = change(previews.get(nameOf(ref)) ?? found.message)
      await store.set(found.key, changed, lists.keptFor(changed))
      if (changed.state === 'writing') keepPreview(changed)
      else previews.delete(nameOf(ref))
      return changed
    })
  }

  function preview(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null> {
    return inTurn(nameOf(ref), async () => {
      const message = await find(ref)
      if (!message) return null
      const changed = change(message)
      keepPreview(changed)
      return changed
    })
  }

  function remove(ref: MessageRef): Promise<Stored | null> {
    return inTurn(nameOf(ref), async () => {
      const found = await stored(ref)
      if (!found) return null
      const gone: Slot = { id: ref.id, at: found.message.at, deleted: true }
      await store.set(found.key, gone, lists.keptFor(gone))
      previews.delete(nameOf(ref))
      return found.message
    })
  }

  async function page(list: ListKey, wanted: Wanted): Promise<Page> {
    let end = (await lists.length(list)) ?? 0
    if (wanted.before !== null) {
      const standing = await store.get<Standing>(standingKey(list.channel, wanted.before))
      end = Math.min(end, standing?.slot ?? 0)
    }
    const found: Stored[] = []
    while (end > 0 && found.length <= wanted.limit) {
      const from = Math.max(0, end - batch)
      const slots = (await lists.read(list, from, end)).filter((slot) => slot !== undefined)
      // Nothing is left of so many in a row: their time is over, and that of all before them.
      if (slots.length === 0) break
      const current = slots
        .filter((slot): slot is Stored => !isGone(slot))
        .map((message) => previews.get(nameOf(refOf(message))) ?? message)
      found.unshift(...current.filter(wanted.visible))
      end = from
    }
    return { messages: found.slice(-wanted.limit), more: found.length > wanted.limit }
  }

  return {
    find,
    wasDeleted: async (ref) => {
      const found = await locate(ref)
      return found !== null && isGone(found.slot)
    },
    append,
    update,
    preview,
    remove,
    openThread: (root) => lists.open({ channel: root.channel, thread: root.id }),
    threadIsOpen: async (root) => (await lists.length({ channel: root.channel, thread: root.id })) !== null,
    page,
  }
}
