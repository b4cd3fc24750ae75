import { createTopic } from '../topic.js'
import { keyOf } from './conversations.js'

/** An activity whose end got lost is not shown for ever, in milliseconds. */
const longest = 90_000

/** Who is busy where: `typing` or a status line, by conversation. */
export function createActivities() {
  const changed = createTopic()
  const now = new Map()

  function set({ channel, thread, activity }) {
    const key = keyOf(channel, thread)
    clearTimeout(now.get(key)?.timer)
    if (activity)
      now.set(key, { activity, timer: setTimeout(() => set({ channel, thread, activity: null }), longest) })
    else now.delete(key)
    changed.emit({ channel, thread })
  }

  return {
    changed,
    set,
    get: (channel, thread) => now.get(keyOf(channel, thread))?.activity ?? null,
    clear: () => {
      for (const key of [...now.keys()]) {
        const [channel, thread] = JSON.parse(key)
        set({ channel, thread: thread || null, activity: null })
      }
    },
  }
}
