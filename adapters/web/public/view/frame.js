import { el, refill } from '../dom.js'
import { icon } from '../icons.js'
import { listenForShortcuts } from '../shortcuts.js'
import { keep, recall } from '../state/kept.js'
import { nameLimit } from '../state/me.js'
import { linkTo } from '../state/route.js'
import { wire } from '../state/wire.js'
import { createBanners } from './banners.js'
import { ask, shortcuts } from './dialogs.js'
import { createPane } from './pane.js'
import { createSidebar } from './sidebar.js'
import { createThemeToggle } from './theme-toggle.js'
import { createTurnPanel } from './turn-panel.js'

/** The page's frame: channels, the channel, its open thread, the turn. On narrow screens one of them at a time. */
export function createFrame(app) {
  const { route, channels, me, traces } = app
  const main = el('main', { class: 'channel' })
  const aside = el('section', { class: 'thread', 'aria-label': 'Thread', hidden: true })
  const panel = createTurnPanel({ traces, close: () => toggleTurn(false) })
  const sidebar = createSidebar(app, {
    addChannel,
    rename,
    help: shortcuts,
    theme: createThemeToggle(),
    leave,
  })
  const columns = el('div', { class: 'columns' }, sidebar.element, main, aside, panel.element)
  const element = el('div', { class: 'frame' }, createBanners(app), columns)
  const shown = { channel: null, thread: null }
  let turnOpen = recall('turn', false)

  const backTo = (href, name) =>
    el('a', { href, class: 'round back', 'aria-label': name, title: name }, icon('back'))
  const turnButton = () =>
    el(
      'button',
      {
        type: 'button',
        class: 'turn-toggle',
        title: 'What the current answer did, and when (Alt+T)',
        on: { click: () => toggleTurn() },
      },
      icon('pulse'),
      el('span', { text: 'Turn' }),
    )

  function channelHead(channel) {
    const mark = channel.kind === 'direct' ? icon('parley') : icon('hash')
    const title = el('h2', {}, mark, channel.kind === 'direct' ? 'Parley' : channel.name)
    return el('header', { class: 'pane-head' }, backTo('#/', 'All channels'), title, turnButton())
  }

  function threadHead(channel) {
    const close = el(
      'a',
      { href: linkTo(channel.id), class: 'round close', 'aria-label': 'Close thread', title: 'Close' },
      icon('close'),
    )
    const where = el('span', { class: 'where', text: channel.kind === 'direct' ? '' : `#${channel.name}` })
    return el(
      'header',
      { class: 'pane-head' },
      backTo(linkTo(channel.id), 'Back to the channel'),
      el('h2', {}, 'Thread', where),
      turnButton(),
      close,
    )
  }

  /** Shows a conversation in its column, or empties it; whether that changed anything. */
  function fill(name, column, head, at) {
    if ((at ? keyOf(at) : null) === (shown[name]?.key ?? null)) return false
    shown[name]?.pane.close()
    shown[name] = at && { key: keyOf(at), pane: createPane(app, at) }
    refill(column, ...(at ? [head(at.channel), shown[name].pane.element] : []))
    return true
  }
  const keyOf = (at) => JSON.stringify([at.channel.id, at.thread])

  function follow() {
    const channel = channels.get(route.channel)
    const room = channel && { channel, thread: null }
    const thread = channel && route.thread && { channel, thread: route.thread }
    aside.hidden = !thread
    element.dataset.at = thread ? 'thread' : channel ? 'channel' : 'channels'
    const moved = [fill('channel', main, channelHead, room), fill('thread', aside, threadHead, thread)].some(
      Boolean,
    )
    if (moved && !touch) (shown.thread ?? shown.channel)?.pane.focus()
    panel.show(route.channel, route.thread)
    drawTurn()
    document.title = channel ? `${channel.kind === 'direct' ? '' : '#'}${channel.name} · Parley` : 'Parley'
  }

  function toggleTurn(open = !turnOpen) {
    turnOpen = open
    keep('turn', turnOpen)
    drawTurn()
  }

  function drawTurn() {
    panel.element.hidden = !turnOpen
    element.dataset.turn = turnOpen ? 'open' : 'closed'
    for (const button of element.querySelectorAll('.turn-toggle'))
      button.setAttribute('aria-pressed', String(turnOpen))
  }

  function rename() {
    void ask({
      title: 'Your name',
      label: 'Shown with what you write',
      value: me.name,
      limit: nameLimit,
      yes: 'Save',
      take: me.rename,
    })
  }

  function addChannel() {
    const take = async (name) => route.go((await channels.add(name.replace(/^#/, ''))).id)
    void ask({ title: 'Add a channel', label: 'Name', value: '', limit: 40, yes: 'Add', take })
  }

  async function leave() {
    await wire.logout().catch((error) => app.notify(`Signing out failed: ${error.message}`))
    location.reload()
  }

  function step(by) {
    const at = channels.all.findIndex(({ id }) => id === route.channel)
    const next = channels.all[(at + by + channels.all.length) % channels.all.length]
    if (next) route.go(next.id)
  }

  const touch = matchMedia('(pointer: coarse)').matches
  listenForShortcuts({
    close: () =>
      element.dataset.turn === 'open' && covers()
        ? toggleTurn(false)
        : route.thread
          ? route.go(route.channel)
          : turnOpen && toggleTurn(false),
    stop: () => (shown.thread ?? shown.channel)?.pane.stop(),
    previous: () => step(-1),
    next: () => step(1),
    turn: () => toggleTurn(),
    help: () => void shortcuts(),
  })
  const covers = () => getComputedStyle(panel.element).position === 'absolute'

  return {
    element,
    addFiles: (files) => (shown.thread ?? shown.channel)?.pane.addFiles(files),
    begin() {
      follow()
      route.changed.on(follow)
      channels.changed.on(() => shown.channel === null && follow())
      if (!touch) (shown.thread ?? shown.channel)?.pane.focus()
    },
  }
}
