import type { Store } from '../ports/store.ts'
import { imageTokens } from './counting.ts'
import { keysTo, messageKey, turnKey } from './keys.ts'
import type { Head, StoredMessage, StoredTurn, Window } from './memory.ts'

/** Ways back through a conversation's numbered messages, some at a time. */

const chunk = 32

/** So many chunks without a message end a walk: what is older has expired. Deleted messages leave smaller holes. */
const mostEmptyChunks = 20

/** Tokens of the sentence that stands for a message too large for the window, with a name before it. */
const leftOutTokens = 60

/** As `Memory.window`. */
export async function readWindow(
  store: Store,
  conversation: string,
  head: Head,
  before: number,
  tokens: number,
): Promise<Window> {
  const newestFirst: StoredMessage[] = []
  let held = 0
  let emptyChunks = 0
  for (let end = before; end > 0 && emptyChunks < mostEmptyChunks; end -= chunk) {
    const keys = chunkBelow(end).map((seq) => messageKey(conversation, head.epoch, seq))
    const found = await store.getMany<StoredMessage>(keys)
    if (isEmpty(found)) emptyChunks++
    for (const stored of found.reverse()) {
      if (stored === undefined || stored.hidden) continue
      const message = stored.tokens > tokens ? leftOut(stored) : stored
      if (held + message.tokens > tokens) return { messages: newestFirst.reverse(), tokens: held }
      const files = fileTokens(message)
      const fits = held + message.tokens + files <= tokens
      held += message.tokens + (fits ? files : 0)
      newestFirst.push(fits ? message : { ...message, files: [], fileTokens: 0 })
    }
  }
  return { messages: newestFirst.reverse(), tokens: held }
}

/** As `Memory.sweep`. */
export async function sweepHistory(
  store: Store,
  conversation: string,
  head: Head,
  signal: AbortSignal,
): Promise<void> {
  let emptyChunks = 0
  for (let end = head.next; end > 0 && emptyChunks < mostEmptyChunks; end -= chunk) {
    signal.throwIfAborted()
    const seqs = chunkBelow(end)
    const messages = seqs.map((seq) => messageKey(conversation, head.epoch, seq))
    const turns = seqs.map((seq) => turnKey(conversation, head.epoch, seq))
    const [stored, exchanges] = await Promise.all([
      store.getMany<StoredMessage>(messages),
      store.getMany<StoredTurn>(turns),
    ])
    if (isEmpty(stored) && isEmpty(exchanges)) {
      emptyChunks++
      continue
    }
    const refs = [
      ...stored.flatMap((message) => message?.ref ?? []),
      ...exchanges.flatMap((turn) => turn?.parts.flatMap((part) => part.ref ?? []) ?? []),
    ]
    await store.deleteMany([...messages, ...turns, ...refs.flatMap((ref) => keysTo(conversation, ref))])
  }
}

/** The numbers below `end` that are read at once. */
function chunkBelow(end: number): number[] {
  const start = Math.max(0, end - chunk)
  return Array.from({ length: end - start }, (_, i) => start + i)
}

/** What was never read may be pictures. */
const fileTokens = ({ files, fileTokens = files.length * imageTokens }: StoredMessage): number => fileTokens

const isEmpty = (found: readonly unknown[]): boolean => found.every((entry) => entry === undefined)

function leftOut(message: StoredMessage): StoredMessage {
  const text = `(A message of about ${message.tokens.toLocaleString('en')} tokens is left out here.)`
  return { ...message, text, quotes: [], files: [], tokens: leftOutTokens, fileTokens: 0 }
}
