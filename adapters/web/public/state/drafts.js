import { keyOf } from './conversations.js'
import { keep, recall } from './kept.js'

/** A draft is kept so long after the last key, in milliseconds, and at once when the page goes out of sight. */
const pause = 400

/** What is written but not sent, by conversation: the text and the files that are up already. */
export const draftOf = (channel, thread) => recall(`draft.${keyOf(channel, thread)}`, { text: '', files: [] })

/** @param {() => { text: string, files: object[] }} read what is written at the moment */
export function createDraftKeeper(channel, thread, read) {
  let timer = 0

  function now() {
    clearTimeout(timer)
    timer = 0
    const draft = read()
    const empty = draft.text === '' && draft.files.length === 0
    keep(`draft.${keyOf(channel, thread)}`, empty ? null : draft)
  }

  const due = () => timer && now()
  addEventListener('pagehide', due)
  document.addEventListener('visibilitychange', due)

  return {
    now,
    soon() {
      clearTimeout(timer)
      timer = setTimeout(now, pause)
    },
    close() {
      due()
      removeEventListener('pagehide', due)
      document.removeEventListener('visibilitychange', due)
    },
  }
}
