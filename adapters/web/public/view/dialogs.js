import { el } from '../dom.js'

/** Opens a modal dialog; resolves when it has closed. Escape and a click beside it close it. */
function open(title, ...content) {
  const id = `dialog-${title.replace(/\W+/g, '-').toLowerCase()}`
  const dialog = el('dialog', { 'aria-labelledby': id }, el('h2', { id, text: title }), ...content)
  document.body.append(dialog)
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  dialog.showModal()
  const closed = new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue)
    })
  })
  return { dialog, closed }
}

const button = (text, props = {}) => el('button', { type: 'button', text, ...props })

/** Whether the person said yes. */
export async function confirm(title, words, yes) {
  const cancel = button('Cancel', { on: { click: () => dialog.close('') } })
  const go = button(yes, { class: 'danger', on: { click: () => dialog.close('yes') } })
  const { dialog, closed } = open(
    title,
    el('p', { text: words }),
    el('div', { class: 'row end' }, cancel, go),
  )
  go.focus()
  return (await closed) === 'yes'
}

/**
 * Asks for one line of text. `take` does what it is for; when that fails, its words are shown and the dialog stays.
 * @param {{ title: string, label: string, value: string, limit: number, yes: string, take: (text: string) => Promise<void> | void }} options
 */
export async function ask({ title, label, value, limit, yes, take }) {
  const input = el('input', { maxlength: limit, required: true, autocomplete: 'off' })
  input.value = value
  const words = el('p', { class: 'mark failed', role: 'alert', hidden: true })
  const cancel = button('Cancel', { on: { click: () => dialog.close() } })
  const go = el('button', { type: 'submit', class: 'primary', text: yes })
  const form = el(
    'form',
    {},
    el('label', {}, el('span', { text: label }), input),
    words,
    el('div', { class: 'row end' }, cancel, go),
  )
  const { dialog, closed } = open(title, form)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    go.disabled = true
    try {
      await take(input.value.trim())
      dialog.close()
    } catch (error) {
      words.textContent = error.message
      words.hidden = false
      go.disabled = false
      input.focus()
    }
  })
  input.select()
  await closed
}

const keys = [
  ['Enter', 'Send'],
  ['Shift + Enter', 'New line'],
  ['/', 'Commands (at the start of a message)'],
  ['Tab', 'Complete a command or a model'],
  ['↑', 'Edit your last message (in an empty composer)'],
  ['↑ ↓', 'From message to message (once one is focused)'],
  ['Ctrl + .', 'Stop the answer being written'],
  ['Alt + ↑ ↓', 'Previous, next channel'],
  ['Alt + T', 'Turn panel'],
  ['Esc', 'Close what is open: list, edit, thread, panel'],
  ['?', 'This list'],
]

export async function shortcuts() {
  const rows = keys.map(([key, words]) =>
    el('div', {}, el('dt', {}, el('kbd', { text: key })), el('dd', { text: words })),
  )
  const done = button('Close', { on: { click: () => dialog.close() } })
  const { dialog, closed } = open(
    'Keyboard shortcuts',
    el('dl', { class: 'keys' }, ...rows),
    el('div', { class: 'row end' }, done),
  )
  await closed
}
