import { createTopic } from '../topic.js'

const firstPause = 400
const longestPause = 5_000
/** A page hidden longer than this may have slept: its connection is opened anew when it is seen again. */
const longAway = 30_000

/**
 * The server's events. After each loss a fresh EventSource is opened (the browser's own retry gives up on some
 * errors), and `back` says so: whoever shows messages fetches them again then, so nothing missed stays missing.
 * @param {string} author
 */
export function createConnection(author) {
  const message = createTopic()
  const removed = createTopic()
  const activity = createTopic()
  const trace = createTopic()
  const state = createTopic()
  const back = createTopic()
  let source = null
  let pause = firstPause
  let timer = 0
  let met = false
  let online = false
  let hiddenAt = Number.POSITIVE_INFINITY

  function open() {
    clearTimeout(timer)
    source?.close()
    source = new EventSource(`/playground/events?author=${encodeURIComponent(author)}`)
    source.addEventListener('hello', greeted)
    source.addEventListener('reset', () => back.emit())
    for (const [name, topic] of Object.entries({ message, removed, activity, trace })) {
      source.addEventListener(name, (event) => topic.emit(JSON.parse(event.data)))
    }
    source.addEventListener('error', lost)
  }

  function greeted() {
    pause = firstPause
    online = true
    state.emit('online')
    if (met) back.emit()
    met = true
  }

  function lost() {
    source.close()
    online = false
    state.emit('lost')
    timer = setTimeout(open, pause * (0.75 + Math.random() / 2))
    pause = Math.min(pause * 2, longestPause)
  }

  const hurry = () => {
    if (!online) open()
  }
  addEventListener('online', hurry)
  document.addEventListener('visibilitychange', () => {
    const away = performance.now() - hiddenAt
    if (document.visibilityState === 'hidden') hiddenAt = performance.now()
    else if (!online || away > longAway) open()
  })

  return {
    message,
    removed,
    activity,
    trace,
    state,
    back,
    open,
    close: () => {
      clearTimeout(timer)
      source?.close()
    },
  }
}
