import { el } from '../dom.js'
import { icon } from '../icons.js'

/** The buttons under an answer. They go quiet once pressed; the answer's next state replaces them. */
export function controlsOf(item, actions) {
  return item.controls.flatMap((control) => makers[control]?.(item, actions) ?? [])
}

const makers = {
  stop: (item, actions) => [once('Stop', 'stop', 'Stopping…', () => actions.stop(item))],
  regenerate: (item, actions) => [
    once('Regenerate', 'again', 'Asking again…', () => actions.regenerate(item)),
  ],
  retry: (item, actions) => [once('Retry', 'again', 'Trying again…', () => actions.regenerate(item))],
  thumbs: (item, actions) => [
    thumb(item, actions, 'up', 'Good answer'),
    thumb(item, actions, 'down', 'Poor answer'),
  ],
}

function once(name, image, meanwhile, run) {
  const words = el('span', { text: name })
  const button = el('button', { type: 'button', class: 'control' }, icon(image), words)
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled')) return
    button.setAttribute('aria-disabled', 'true')
    words.textContent = meanwhile
    if (await run()) return
    button.removeAttribute('aria-disabled')
    words.textContent = name
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
