import { el } from '../dom.js'
import { icon } from '../icons.js'

/** The lines across the top: the connection is lost; no model is configured. */
export function createBanners({ config, connection }) {
  const lost = el(
    'p',
    { class: 'banner lost', role: 'status', hidden: true },
    el('span', { class: 'spinner', 'aria-hidden': 'true' }),
    'Reconnecting… What you write is kept.',
  )
  connection.state.on((state) => {
    lost.hidden = state === 'online'
  })
  return el('div', { class: 'banners' }, lost, config.rehearsal && rehearsal())
}

function rehearsal() {
  const words = el(
    'span',
    {},
    'These answers are rehearsed. Set ',
    el('code', { text: 'OPENAI_API_KEY' }),
    ' in ',
    el('code', { text: '.env' }),
    ' and restart',
    el('span', { class: 'roomy', text: ' to talk to a real model' }),
    '.',
  )
  const away = el(
    'button',
    { type: 'button', class: 'round', 'aria-label': 'Hide this note', title: 'Hide' },
    icon('close'),
  )
  const banner = el('div', { class: 'banner rehearsal' }, words, away)
  away.addEventListener('click', () => banner.remove())
  return banner
}
