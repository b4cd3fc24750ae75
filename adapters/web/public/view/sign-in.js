import { el } from '../dom.js'
import { icon } from '../icons.js'
import { wire } from '../state/wire.js'

/** Asks for an API key; resolves when the server has taken one. @param {HTMLElement} page */
export function signIn(page, config) {
  return new Promise((resolve) => {
    const input = el('input', {
      type: 'password',
      required: true,
      autocomplete: 'current-password',
      name: 'key',
    })
    const words = el('p', { class: 'mark failed', role: 'alert', hidden: true })
    const go = el('button', { type: 'submit', class: 'primary', text: 'Sign in' })
    const form = el(
      'form',
      { class: 'sign-in' },
      el('span', { class: 'empty-mark', 'aria-hidden': 'true' }, icon('parley')),
      el('h1', { text: `Sign in to ${config.name}` }),
      el('p', {
        class: 'quiet',
        text: 'This playground is protected. Use one of the keys in PARLEY_API_KEYS.',
      }),
      el('label', {}, el('span', { text: 'API key' }), input),
      words,
      go,
    )
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      go.disabled = true
      try {
        await wire.login(input.value.trim())
        resolve()
      } catch (error) {
        words.textContent = error.message
        words.hidden = false
        input.select()
      }
      go.disabled = false
    })
    page.replaceChildren(el('main', { class: 'plain-page' }, form))
    input.focus()
  })
}
