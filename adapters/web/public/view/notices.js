import { el } from '../dom.js'
import { icon } from '../icons.js'

const shownFor = 9_000

/** Failures in words, in the corner, for a while or until dismissed. @param {HTMLElement} region */
export function createNotices(region) {
  return (words) => {
    const away = el('button', { type: 'button', class: 'round', 'aria-label': 'Dismiss' }, icon('close'))
    const notice = el('div', { class: 'notice' }, icon('warn'), el('span', { text: words }), away)
    const gone = () => notice.remove()
    away.addEventListener('click', gone)
    region.append(notice)
    setTimeout(gone, shownFor)
  }
}
