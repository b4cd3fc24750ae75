import { el } from '../dom.js'
import { growing } from './growing.js'

/** Edits a message in its place: Enter saves, Escape leaves it as it was. `save` resolves to whether it was kept. */
export function createInlineEditor(text, { save, close }) {
  const area = el('textarea', { 'aria-label': 'Edit message', rows: '1' })
  area.value = text
  const hint = el('p', { class: 'hint', text: 'Enter saves, Esc cancels. Parley answers the new words.' })
  const keepIt = el('button', { type: 'submit', class: 'primary small', text: 'Save' })
  const leave = el('button', { type: 'button', class: 'small', text: 'Cancel', on: { click: () => close() } })
  const element = el(
    'form',
    { class: 'inline-editor' },
    area,
    el('div', { class: 'row' }, hint, leave, keepIt),
  )
  const grow = growing(area)

  const submit = async (event) => {
    event.preventDefault()
    const words = area.value.trim()
    if (words === '') return
    if (words === text.trim()) return close()
    area.disabled = true
    if (await save(words)) close()
    else {
      area.disabled = false
      area.focus()
    }
  }
  element.addEventListener('submit', submit)
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void submit(event)
  })
  return {
    element,
    focus() {
      grow()
      area.focus()
      area.setSelectionRange(area.value.length, area.value.length)
    },
  }
}
