import { el } from '../dom.js'
import { icon } from '../icons.js'
import { keep, recall } from '../state/kept.js'
import { nameLimit } from '../state/me.js'

/** Asks a guest once for a name; naming oneself or closing it ends the matter. @param {{ me: object }} options */
export function createNameHint({ me }) {
  const input = el('input', {
    maxlength: nameLimit,
    required: true,
    autocomplete: 'nickname',
    placeholder: 'How others see you',
    'aria-label': 'How shall others see you?',
  })
  const away = el(
    'button',
    { type: 'button', class: 'round', title: 'Stay a guest', 'aria-label': 'Stay a guest' },
    icon('close'),
  )
  const row = el(
    'div',
    { class: 'row' },
    input,
    el('button', { type: 'submit', class: 'small', text: 'Save' }),
  )
  const question = el('div', { class: 'row' }, el('p', { text: 'What is your name?' }), away)
  const form = el('form', { class: 'name-hint', hidden: true }, question, row)

  const draw = () => {
    form.hidden = me.name !== 'Guest' || recall('guest', false)
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    me.rename(input.value)
  })
  away.addEventListener('click', () => {
    keep('guest', true)
    draw()
  })
  me.changed.on(draw)
  draw()
  return form
}
