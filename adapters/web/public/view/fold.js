import { el } from '../dom.js'
import { beginningOf } from './slices.js'

/** People paste whole logs; above this many characters a message starts folded. */
const long = 3_000
/** What is drawn of a folded one, in characters: more than its height shows. */
const glimpse = 4_000

/**
 * Shows a text in `rich`; a long one folded to a screen's worth, with a button that unfolds it. What is folded away is
 * not drawn either.
 * @param {HTMLElement} body @param {ReturnType<typeof import('./rich-text.js').createRichText>} rich
 */
export function createFold(body, rich) {
  let text = ''
  let open = false
  const button = el('button', { type: 'button', class: 'unfold small', on: { click: toggle } })

  function toggle() {
    open = !open
    draw()
    if (!open) body.scrollIntoView({ block: 'nearest' })
  }

  function draw() {
    body.classList.toggle('folded', !open)
    button.setAttribute('aria-expanded', String(open))
    button.textContent = open ? 'Show less' : 'Show all'
    rich.update(open ? text : beginningOf(text, glimpse))
  }

  return {
    update(next) {
      text = next
      if (text.length > long) {
        if (button.parentNode !== body) body.append(button)
        return draw()
      }
      button.remove()
      body.classList.remove('folded')
      rich.update(text)
    },
  }
}
