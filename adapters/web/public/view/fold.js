import { el } from '../dom.js'

/** People paste whole logs; above this many characters a message starts folded. */
const long = 3_000

/** Folds a long text to a screen's worth, with a button that unfolds it. @param {HTMLElement} body @param {number} length */
export function fold(body, length) {
  const button = body.querySelector(':scope > .unfold')
  if (length <= long) {
    button?.remove()
    body.classList.remove('folded')
  } else if (!button) {
    body.classList.add('folded')
    body.append(unfolding(body))
  }
}

function unfolding(body) {
  const button = el('button', {
    type: 'button',
    class: 'unfold small',
    'aria-expanded': 'false',
    text: 'Show all',
  })
  button.addEventListener('click', () => {
    const folded = body.classList.toggle('folded')
    button.setAttribute('aria-expanded', String(!folded))
    button.textContent = folded ? 'Show all' : 'Show less'
  })
  return button
}
