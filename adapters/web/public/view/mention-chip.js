import { el } from '../dom.js'
import { icon } from '../icons.js'
import { keep, recall } from '../state/kept.js'
import { createTopic } from '../topic.js'

/** In a channel Parley answers only when mentioned; this button does so for each message, and remembers when not to. */
export function createMentionChip(channel) {
  const changed = createTopic()
  const name = `mention.${channel}`
  let on = recall(name, true)
  const element = el(
    'button',
    { type: 'button', class: 'chip' },
    icon('parley'),
    el('span', { text: '@Parley' }),
  )
  const draw = () => {
    element.setAttribute('aria-pressed', String(on))
    element.title = on ? 'Parley is mentioned and will answer' : 'Parley is not mentioned and stays silent'
  }
  element.addEventListener('click', () => {
    on = !on
    keep(name, on)
    draw()
    changed.emit(on)
  })
  draw()
  return {
    element,
    changed,
    get on() {
      return on
    },
    tip: () => (on ? '' : 'Parley answers only when mentioned'),
  }
}
