import { el } from '../dom.js'
import { icon } from '../icons.js'
import { linkTo } from '../state/route.js'

const samples = [
  'Show me the code of a small HTTP server in TypeScript',
  'Compare bubble sort, merge sort and quicksort in a table',
  'Tell me the long story of how chat began',
]

/**
 * What stands where there is no message: in a channel, what it is for; in a thread that `lacks` a first message, that
 * it is not there; null where a message is still to come.
 */
export function createEmpty({ channel, thread, say, lacks }) {
  if (thread === null) {
    const invitation = emptyChannel(channel, say)
    return () => invitation
  }
  const missing = missingThread(channel)
  return () => (lacks(channel.id, thread) ? missing : null)
}

/** What a channel without messages says: what this is, and something to begin with. */
function emptyChannel(channel, say) {
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

/** What a thread says whose first message is not to be found. */
function missingThread(channel) {
  const place = channel.kind === 'direct' ? 'Parley' : `#${channel.name}`
  return el(
    'section',
    { class: 'empty missing' },
    el('h2', { text: 'This thread is not here' }),
    el('p', { text: 'Its first message was deleted, or the address is not right.' }),
    el('p', {}, el('a', { href: linkTo(channel.id), text: `Back to ${place}` })),
  )
}
