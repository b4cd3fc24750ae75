import { el } from '../dom.js'
import { icon } from '../icons.js'

const hues = 6

/** A square with initials, its colour fixed by the author's id; Parley has its mark. */
export function avatar(author) {
  if (author.bot) return el('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('parley'))
  let sum = 0
  for (const sign of author.id) sum = (sum * 31 + sign.charCodeAt(0)) >>> 0
  const initials = author.name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('')
  return el('span', {
    class: `avatar hue-${sum % hues}`,
    'aria-hidden': 'true',
    text: initials.toUpperCase() || '?',
  })
}
