import { el } from '../dom.js'
import { icon } from '../icons.js'

const samples = [
  'Show me the code of a small HTTP server in TypeScript',
  'Compare bubble sort, merge sort and quicksort in a table',
  'Tell me the long story of how chat began',
]

/** What a channel without messages says: what this is, and something to begin with. */
export function emptyChannel(channel, say) {
  const direct = channel.kind === 'direct'
  const title = direct ? 'Just you and Parley' : `This is #${channel.name}`
  const words = direct
    ? 'Write as you would to a colleague. Answers appear while they are being written, and pictures can be asked about too.'
    : 'Mention @Parley and it answers in a thread, while you watch. The others in this channel can read along.'
  const buttons = samples.map((text) =>
    el('button', { type: 'button', class: 'sample', text, on: { click: () => say(text) } }),
  )
  return el(
    'section',
    { class: 'empty' },
    el('span', { class: 'empty-mark', 'aria-hidden': 'true' }, icon('parley')),
    el('h2', { text: title }),
    el('p', { text: words }),
    el('div', { class: 'samples' }, ...buttons),
  )
}
