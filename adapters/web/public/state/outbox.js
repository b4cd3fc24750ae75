import { createTopic } from '../topic.js'
import { keep, keptNames, recall } from './kept.js'
import { wire } from './wire.js'

/**
 * @typedef {{ id: string, channel: string, thread: string | null, text: string, at: number,
 *   author: { id: string, name: string }, files: import('./wire.js').FileMeta[], failure: string | null }} Entry
 */

const prefix = 'outbox.'

/**
 * Messages on their way. Each is kept until the server has confirmed it, across a reload too, and goes out under the
 * same id however often it is tried, so it can neither vanish nor arrive twice.
 */
export function createOutbox({ onSent }) {
  const changed = createTopic()
  /** @type {Map<string, Entry>} */
  const entries = new Map()
  const busy = new Set()

  function put(entry) {
    entries.set(entry.id, entry)
    keep(prefix + entry.id, entry)
    changed.emit(entry)
  }

  function discard(id) {
    const entry = entries.get(id)
    entries.delete(id)
    keep(prefix + id, null)
    if (entry) changed.emit(entry)
  }

  async function deliver(entry) {
    if (busy.has(entry.id)) return
    busy.add(entry.id)
    put({ ...entry, failure: null })
    const { id, channel, thread, text, author, files } = entry
    try {
      const message = await wire.send({
        id,
        channel,
        thread,
        text,
        author: { name: author.name },
        files: files.map((file) => file.id),
      })
      onSent(message)
      discard(id)
    } catch (error) {
      put({ ...entry, failure: error.message })
    } finally {
      busy.delete(id)
    }
  }

  return {
    changed,
    send: (entry) => deliver({ ...entry, failure: null }),
    retry: (id) => {
      const entry = entries.get(id)
      if (entry) void deliver(entry)
    },
    discard,
    get: (id) => entries.get(id) ?? null,
    waiting: (channel, thread) =>
      [...entries.values()].filter((entry) => entry.channel === channel && entry.thread === thread),
    /** Takes up what an earlier page left behind: sent again, unless it had failed already. */
    resume() {
      for (const name of keptNames(prefix)) {
        const entry = recall(name, null)
        if (!entry?.id) continue
        entries.set(entry.id, entry)
        if (entry.failure === null) void deliver(entry)
      }
    },
  }
}
