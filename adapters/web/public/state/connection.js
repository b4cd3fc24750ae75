import { createTopic } from '../topic.js'

const firstPause = 400
const longestPause = 5_000
/**
 * A page hidden for so long, in milliseconds, lets go of its connection: over HTTP/1.1 a browser has six for all its
 * tabs together, and one more tab would wait for ever.
 */
const hiddenFor = 2_000

/**
 * The server's events, from change number `latest` on. After each loss a fresh EventSource is opened (the browser's
 * own retry gives up on some errors) and goes on after the last change it heard of, so nothing is missed; when the
 * server has forgotten some of it, `reset` says so, and whoever shows messages fetches them again.
 * @param {number} latest
 */
export function createConnection(latest) {
  const message = createTopic()
  const removed = createTopic()
  const activity = createTopic()
  const trace = createTopic()
  const state = createTopic()
  const reset = createTopic()
  let cursor = latest
  let source = null
  let pause = firstPause
  let timer = 0
  let online = false

  const heard = (event) => {
    cursor = event.lastEventId || cursor
  }

  function open() {
    leave()
    if (document.visibilityState === 'hidden') return
    source = new EventSource(`/playground/events?after=${cursor}`)
    source.addEventListener('hello', greeted)
    source.addEventListener('reset', (event) => {
      heard(event)
      reset.emit()
    })
    for (const [name, topic] of Object.entries({ message, removed, activity, trace })) {
      source.addEventListener(name, (event) => {
        heard(event)
        topic.emit(JSON.parse(event.data))
      })
    }
    source.addEventListener('error', lost)
  }

  function leave() {
    clearTimeout(timer)
    source?.close()
    source = null
    online = false
  }

  function greeted() {
    pause = firstPause
    online = true
    state.emit('online')
  }

  function lost() {
    leave()
    state.emit('lost')
    timer = setTimeout(open, pause * (0.75 + Math.random() / 2))
    pause = Math.min(pause * 2, longestPause)
  }

  const hurry = () => {
    if (!online) open()
  }
  addEventListener('online', hurry)
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') timer = setTimeout(leave, hiddenFor)
    else hurry()
  })

  return { message, removed, activity, trace, state, reset, open, close: leave }
}
