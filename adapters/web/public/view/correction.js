import { el } from '../dom.js'
import { growing } from './growing.js'

/**
 * A form that a button of an answer opens, in its place. `save` resolves to whether it was kept; Escape leaves it.
 * @param {{ title: string, fields: { name: string, label: string, value: string, longest: number, required: boolean }[] }} form
 */
export function createCorrection({ title, fields }, { save, close }) {
  const areas = fields.map(({ name, label, value, longest, required }) => {
    const area = el('textarea', { name, rows: '1', maxlength: longest, required })
    area.value = value
    return {
      name,
      value,
      area,
      label: el('label', {}, el('span', { text: label }), area),
      grow: growing(area),
    }
  })
  const keepIt = el('button', { type: 'submit', class: 'primary small', text: 'Save and answer again' })
  const leave = el('button', { type: 'button', class: 'small', text: 'Cancel', on: { click: () => close() } })
  const element = el(
    'form',
    { class: 'inline-editor correction', 'aria-label': title },
    ...areas.map(({ label }) => label),
    el('div', { class: 'row end' }, leave, keepIt),
  )

  element.addEventListener('submit', async (event) => {
    event.preventDefault()
    const changed = areas.filter(({ area, value }) => area.value.trim() !== value.trim())
    if (changed.length === 0) return close()
    keepIt.disabled = true
    if (await save(Object.fromEntries(changed.map(({ name, area }) => [name, area.value.trim()])))) close()
    else keepIt.disabled = false
  })
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  })
  return {
    element,
    focus() {
      for (const { grow } of areas) grow()
      areas[0]?.area.focus()
    },
  }
}
