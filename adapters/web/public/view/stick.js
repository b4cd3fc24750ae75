import { el } from '../dom.js'
import { icon } from '../icons.js'

/** This near to the end, in pixels, counts as being there. */
const near = 60

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone when not; then a button leads back.
 * @param {HTMLElement} scroller
 * @param {HTMLElement} content
 */
export function createStick(scroller, content) {
  const words = el('span', { text: 'Jump to latest' })
  const button = el('button', { type: 'button', class: 'jump', hidden: true }, icon('arrowDown'), words)
  let atEnd = true
  let top = 0

  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight
  }
  /** Only going up leaves the end: text that grows under a reader at the end is not the reader's doing. */
  const look = () => {
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near
    const wentUp = scroller.scrollTop < top - 1
    top = scroller.scrollTop
    if (isNear) atEnd = true
    else if (wentUp) atEnd = false
    button.hidden = atEnd
    if (atEnd) words.textContent = 'Jump to latest'
  }
  scroller.addEventListener('scroll', look, { passive: true })
  button.addEventListener('click', () => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    scroller.scrollTo({ top: scroller.scrollHeight, behavior: calm ? 'instant' : 'smooth' })
  })
  const watch = new ResizeObserver(() => {
    if (atEnd) toEnd()
    else look()
  })
  watch.observe(content)
  watch.observe(scroller)

  return {
    button,
    get atEnd() {
      return atEnd
    },
    /** Goes to the end whatever the reader does: a conversation was opened, a message sent. */
    pin() {
      atEnd = true
      toEnd()
      button.hidden = true
    },
    news() {
      if (!atEnd) words.textContent = 'New messages'
    },
    /** Runs `change`, which adds above what is read, and keeps what is read in its place. */
    holding(change) {
      const before = scroller.scrollHeight - scroller.scrollTop
      change()
      if (!atEnd) scroller.scrollTop = scroller.scrollHeight - before
    },
  }
}
