import { el } from '../dom.js'
import { icon } from '../icons.js'

/**
 * The buttons under an answer. They go quiet once pressed; the answer's next state replaces them.
 * @param {() => Promise<boolean>} correct opens the form with what was heard
 */
export function controlsOf(item, actions, correct) {
  return item.controls.flatMap((control) => makers[control]?.(item, actions, correct) ?? [])
}

const makers = {
  stop: (item, actions) => [once('Stop', 'stop', 'Stopping…', () => actions.stop(item))],
  regenerate: (item, actions) => [
    once('Regenerate', 'again', 'Asking again…', () => actions.regenerate(item)),
  ],
  retry: (item, actions) => [once('Retry', 'again', 'Trying again…', () => actions.regenerate(item))],
  read_aloud: (item, actions) => [
    once('Read aloud', 'sound', 'Reading…', () => actions.readAloud(item), { again: 4_000 }),
  ],
  correct: (_item, _actions, correct) => [
    once('Correct what was heard', 'edit', 'Opening…', correct, { again: 0 }),
  ],
  thumbs: (item, actions) => [
    thumb(item, actions, 'up', 'Good answer'),
    thumb(item, actions, 'down', 'Poor answer'),
  ],
}

/** `again`: milliseconds after which it can be pressed once more; null = not before the answer changes. */
function once(name, image, meanwhile, run, { again = null } = {}) {
  const words = el('span', { text: name })
  const button = el('button', { type: 'button', class: 'control' }, icon(image), words)
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled')) return
    button.setAttribute('aria-disabled', 'true')
    words.textContent = meanwhile
    const ready = () => {
      button.removeAttribute('aria-disabled')
      words.textContent = name
    }
    if (!(await run()) || again === 0) ready()
    else if (again !== null) setTimeout(ready, again)
  })
  return button
}

function thumb(item, actions, which, name) {
  const given = item.thumb === which
  const press = () => void actions.thumb(item, given ? null : which)
  const props = {
    type: 'button',
    class: 'control thumb',
    title: name,
    'aria-label': name,
    'aria-pressed': String(given),
  }
  return el('button', { ...props, on: { click: press } }, icon(which))
}
