import { el } from '../dom.js'
import { icon } from '../icons.js'

const states = {
  stopped: ['stop', 'Stopped'],
  failed: ['warn', 'Failed'],
}

/** The engine ends such an answer with a remark of its own; saying it twice helps nobody. */
const remark = /\*— [^*]+\*\s*$/

const edited = (item) => item.editedAt !== null && !item.author.bot

/** What the lines under a message depend on. */
export const factsOf = (item, waiting) => [
  item.privateTo,
  item.state,
  remark.test(item.text),
  edited(item),
  item.sending,
  item.failure,
  waiting,
]

/**
 * The lines under a message: who can see it, how it ended, whether it has been sent.
 * @param {boolean} waiting whether it waits for an answer that is being written to others
 */
export function marksOf(item, world, waiting) {
  const nodes = []
  if (item.privateTo) nodes.push(el('p', { class: 'mark' }, icon('lock'), 'Only you can see this'))
  const [image, words] = states[item.state] ?? []
  if (words && !remark.test(item.text))
    nodes.push(el('p', { class: `mark ${item.state}` }, icon(image), words))
  if (edited(item)) nodes.push(el('p', { class: 'mark late', text: 'Edited' }))
  if (item.failure) nodes.push(unsent(item, world))
  else if (item.sending) nodes.push(el('p', { class: 'mark late', text: 'Sending…' }))
  else if (waiting)
    nodes.push(el('p', { class: 'mark late', text: 'Waiting: answered together after this one' }))
  return nodes
}

function unsent(item, { outbox, takeBack }) {
  const choice = (text, click) => el('button', { type: 'button', class: 'link', text, on: { click } })
  return el(
    'p',
    { class: 'mark failed', role: 'status' },
    icon('warn'),
    'Not sent. ',
    el(
      'span',
      { class: 'unsent-choices' },
      `${item.failure} `,
      choice('Retry', () => outbox.retry(item.id)),
      choice('Edit', () => takeBack(item)),
      choice('Discard', () => outbox.discard(item.id)),
    ),
  )
}
