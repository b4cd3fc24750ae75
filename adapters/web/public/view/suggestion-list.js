import { el } from '../dom.js'
import { suggestionsFor } from './suggestions.js'

let made = 0

/**
 * The list that opens over the composer after `/`. Arrows choose, Tab and Enter complete, Escape closes it.
 * @param {HTMLTextAreaElement} area
 * @param {() => { commands: object[], models: string[], voices: string[] }} known
 */
export function createSuggestionList(area, known) {
  const id = `suggestions-${++made}`
  const list = el('ul', { id, role: 'listbox', 'aria-label': 'Commands' })
  const usage = el('p', { class: 'usage', role: 'status' })
  const element = el('div', { class: 'suggestions', hidden: true }, list, usage)
  area.setAttribute('aria-autocomplete', 'list')
  area.setAttribute('aria-controls', id)
  let offer = null
  let chosen = -1

  function look() {
    const before = area.value.slice(0, area.selectionStart)
    offer = area.selectionStart === area.value.length ? suggestionsFor(before, known()) : null
    chosen = offer?.kind === 'command' && offer.items.length > 0 ? 0 : -1
    draw()
  }

  function draw() {
    const items = offer?.items ?? []
    usage.textContent = offer?.usage ?? ''
    list.replaceChildren(...items.map(row))
    list.hidden = items.length === 0
    element.hidden = items.length === 0 && !offer?.usage
    if (chosen >= 0) {
      area.setAttribute('aria-activedescendant', `${id}-${chosen}`)
      list.children[chosen].scrollIntoView({ block: 'nearest' })
    } else area.removeAttribute('aria-activedescendant')
  }

  function row(item, i) {
    const on = {
      mousedown: (event) => {
        event.preventDefault()
        complete(item)
      },
    }
    const props = { id: `${id}-${i}`, role: 'option', 'aria-selected': String(i === chosen), on }
    return el('li', props, el('b', { text: item.label }), el('span', { text: item.detail }))
  }

  function complete(item) {
    area.value = item.whole
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  function close() {
    offer = null
    chosen = -1
    draw()
  }

  /** Whether the key was for the list. */
  function key(event) {
    const items = offer?.items ?? []
    if (event.key === 'Escape' && !element.hidden) close()
    else if (items.length === 0) return false
    else if (event.key === 'ArrowDown') chosen = (chosen + 1) % items.length
    else if (event.key === 'ArrowUp') chosen = (chosen <= 0 ? items.length : chosen) - 1
    else if (event.key === 'Tab' && !event.shiftKey) return take(items[Math.max(chosen, 0)], (whole) => whole)
    else if (event.key === 'Enter' && !event.shiftKey && chosen >= 0)
      return take(items[chosen], (whole) => whole.trim())
    else return false
    draw()
    return true
  }

  /** What is typed in full already is not completed once more: Enter then sends it, Tab moves on. */
  function take(item, part) {
    if (part(item.whole) === part(area.value)) return false
    complete(item)
    return true
  }

  area.addEventListener('blur', close)
  area.addEventListener('focus', look)
  return { element, look, key, close }
}
