import { createTopic } from '../topic.js'
import { keyOf } from './conversations.js'

const most = 100

/** The newest trace of each conversation, while this page is open. */
export function createTraces() {
  const changed = createTopic()
  const newest = new Map()
  return {
    changed,
    accept(trace) {
      const key = keyOf(trace.channel, trace.thread)
      const known = newest.get(key)
      if (known && known.turn !== trace.turn && known.admittedAt > trace.admittedAt) return
      newest.delete(key)
      newest.set(key, trace)
      if (newest.size > most) newest.delete(newest.keys().next().value)
      changed.emit(trace)
    },
    /** How they went on has been missed; what still runs is heard of again. */
    forgetRunning() {
      for (const [key, trace] of newest) if (trace.outcome === null) newest.delete(key)
    },
    /** Of the thread, or of the channel's latest turn wherever in it. */
    of(channel, thread) {
      const exact = newest.get(keyOf(channel, thread))
      if (exact || thread) return exact ?? null
      return [...newest.values()].reverse().find((trace) => trace.channel === channel) ?? null
    },
  }
}
