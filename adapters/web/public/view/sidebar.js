import { el, refill } from '../dom.js'
import { icon } from '../icons.js'
import { linkTo } from '../state/route.js'
import { avatar } from './avatar.js'
import { createNameHint } from './name-hint.js'

/** @param {import('../app.js').App} app */
export function createSidebar(app, { addChannel, rename, help, theme, leave }) {
  const { channels, route, me, config } = app
  const rooms = el('ul')
  const direct = el('ul')
  const person = el('button', {
    type: 'button',
    class: 'person',
    title: 'Change your name',
    on: { click: rename },
  })
  const tool = (name, image, click) =>
    el(
      'button',
      { type: 'button', class: 'round', title: name, 'aria-label': name, on: { click } },
      icon(image),
    )
  const brand = el(
    'div',
    { class: 'brand' },
    el('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('parley')),
    el(
      'div',
      {},
      el('h1', { text: 'Parley' }),
      el('p', {
        text: config.rehearsal ? 'Rehearsal' : `${config.provider} · ${config.defaultModel}`,
        title: `Parley ${config.version}`,
      }),
    ),
  )
  const heading = (text, ...more) => el('div', { class: 'side-heading' }, el('h2', { text }), ...more)
  const lists = el(
    'nav',
    { 'aria-label': 'Channels' },
    heading('Channels', tool('Add a channel', 'plus', addChannel)),
    rooms,
    heading('Direct message'),
    direct,
  )
  const foot = el(
    'div',
    { class: 'side-foot' },
    person,
    theme,
    tool('Keyboard shortcuts', 'help', help),
    config.needsKey && tool('Sign out', 'leave', leave),
  )
  const element = el(
    'aside',
    { class: 'sidebar', 'aria-label': 'Conversations' },
    brand,
    lists,
    createNameHint(app),
    foot,
  )

  function link(channel) {
    const here = channel.id === route.channel
    const unread = channels.unread.has(channel.id)
    const mark = channel.kind === 'direct' ? avatar({ bot: true }) : icon('hash')
    const dot = unread && el('span', { class: 'unread' }, el('span', { class: 'unseen', text: 'unread' }))
    const props = {
      href: linkTo(channel.id),
      'aria-current': here ? 'page' : null,
      class: unread ? 'has-unread' : null,
    }
    return el('li', {}, el('a', props, mark, el('span', { class: 'channel-name', text: channel.name }), dot))
  }

  function draw() {
    const of = (kind) => channels.all.filter((channel) => channel.kind === kind).map(link)
    rooms.replaceChildren(...of('channel'))
    direct.replaceChildren(...of('direct'))
    refill(person, avatar(me.author()), el('span', { text: me.name }))
    person.setAttribute('aria-label', `You write as ${me.name}. Change your name`)
  }
  channels.changed.on(draw)
  route.changed.on(draw)
  me.changed.on(draw)
  draw()
  return { element }
}
