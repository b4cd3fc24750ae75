/**
 * What a conversation shows: the server's messages, with this browser's own unconfirmed ones in their places.
 * @typedef {import('./wire.js').Message & { sending?: boolean, failure?: string | null }} Item
 * @param {import('./wire.js').Message[]} messages
 * @param {import('./outbox.js').Entry[]} waiting
 * @returns {Item[]}
 */
export function timeline(messages, waiting) {
  if (waiting.length === 0) return messages
  const unconfirmed = new Map(waiting.map((entry) => [entry.id, entry]))
  const shown = messages.map((message) => {
    const entry = unconfirmed.get(message.id)
    unconfirmed.delete(message.id)
    return entry?.failure ? asItem(entry, message) : message
  })
  return [...shown, ...[...unconfirmed.values()].map((entry) => asItem(entry))]
}

const items = new WeakMap()

/** The same entry gives the same object, so that lists see it has not changed. */
function asItem(entry, message) {
  const known = items.get(entry)
  if (known && known.base === message) return known.item
  const item = {
    replies: 0,
    editedAt: null,
    state: null,
    controls: [],
    privateTo: null,
    thumb: null,
    ...(message ?? entry),
    author: { ...entry.author, bot: false },
    files: entry.files,
    sending: entry.failure === null,
    failure: entry.failure,
  }
  items.set(entry, { item, base: message })
  return item
}
