import { el, refill } from '../dom.js'
import { mentionsParley } from '../mention.js'
import { timeline } from '../state/timeline.js'
import { createAbove } from './above.js'
import { stepByArrows } from './arrow-keys.js'
import { createComposer } from './composer.js'
import { createDropZone } from './drop-zone.js'
import { createDue } from './due.js'
import { createEmpty } from './empty.js'
import { createMessageList } from './message-list.js'
import { createStick } from './stick.js'

/** Nearer than this to the top, in pixels, earlier messages are fetched. */
const nearTop = 240

/**
 * One conversation: its messages and the composer under them; a channel when `thread` is null, else that thread.
 * @param {import('../app.js').App} app
 * @param {{ channel: import('../state/wire.js').Channel, thread: string | null }} at
 */
export function createPane(app, { channel, thread }) {
  const { conversations, outbox, activities, actions } = app
  let items = []
  const conversation = conversations.open(channel.id, thread)
  const takeBack = ({ id, text, files }) => {
    outbox.discard(id)
    composer.takeBack(text, files)
  }
  const inThread = thread !== null || channel.kind === 'direct'
  const list = createMessageList({ ...app.world, takeBack, inThread })
  const name = channel.kind === 'direct' ? 'Parley' : `#${channel.name}`
  const label = thread ? `Thread in ${name}` : `Messages in ${name}`
  const scroller = el(
    'div',
    { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': label },
    list.element,
  )
  const stick = createStick(scroller, list.element)
  const status = el('p', { class: 'status' })
  const divider = el('div', { class: 'reply-count', role: 'separator' })
  const placeholder = thread
    ? 'Reply in this thread'
    : channel.kind === 'direct'
      ? 'Message Parley'
      : `Message ${name}`
  const composer = createComposer({
    config: app.config,
    known: app.known,
    channel,
    thread,
    placeholder,
    needsMention,
    busy: () => writing() !== undefined || activities.get(channel.id, thread) !== null,
    stop,
    send: (text, files) => {
      stick.pin()
      app.send(channel, thread, text, files)
    },
    editLast,
  })
  const drop = createDropZone((files) => composer.addFiles(files))
  const element = el(
    'div',
    { class: 'pane' },
    el('div', { class: 'log-frame' }, scroller, stick.button),
    status,
    composer.element,
    drop.element,
  )
  drop.listenOn(element)
  const fetchEarlier = () => void conversations.earlier(conversation)
  const above = createAbove({
    conversation,
    empty: createEmpty({ channel, thread, say: (text) => composer.say(text), lacks: conversations.lacks }),
    again: () => conversations.refetch(),
    earlier: fetchEarlier,
  })
  const due = createDue({ all: draw, rows: drawRows })
  let opened = false
  /** The thread's first message as last seen; the channel may have let go of it. */
  let head = null

  function writing() {
    return items.findLast((item) => item.state === 'writing')
  }

  function root() {
    if (!thread) return null
    head =
      conversations.find(channel.id, null, thread) ??
      timeline([], outbox.waiting(channel.id, null)).find(({ id }) => id === thread) ??
      head
    return head
  }

  function stop() {
    const answer = writing()
    void (answer ? actions.stop(answer) : actions.stopAll(channel.id, thread))
  }

  function needsMention() {
    if (channel.kind === 'direct') return false
    if (!thread) return true
    return !items.some((item) => item.author.bot || mentionsParley(item.text))
  }

  function draw() {
    if (stick.atEnd) conversations.trim(conversation)
    const first = items[0]?.id
    const messages = timeline(conversation.messages, outbox.waiting(channel.id, thread))
    const start = root()
    items = start ? [start, ...messages.filter(({ id }) => id !== thread)] : messages
    const grew = items.length > 0 && items.at(-1).id
    const change = () =>
      list.update(
        items,
        start?.sending === undefined ? above(items.length === 0) : [],
        start ? replyCount(messages.length) : null,
      )
    if (first !== undefined && items[0]?.id !== first) stick.holding(change)
    else change()
    for (const item of items) list.view(item.id).element.tabIndex = item.id === grew ? 0 : -1
    if (thread && !start) void conversations.seek(channel.id, thread)
    if (!opened && conversation.status === 'ready') {
      opened = true
      stick.pin()
    }
    drawStatus()
  }

  function drawRows(changed) {
    for (const item of changed) {
      const at = items.findLastIndex(({ id }) => id === item.id)
      if (at < 0) continue
      items = items.with(at, item)
      list.refresh(item)
    }
    drawStatus()
  }

  function replyCount(count) {
    const words = count === 0 ? 'No replies yet' : count === 1 ? '1 reply' : `${count} replies`
    refill(divider, divider.firstChild ?? el('span'))
    divider.firstChild.textContent = words
    return divider
  }

  function drawStatus() {
    const activity = activities.get(channel.id, thread)
    const words =
      !activity || writing() ? '' : activity.kind === 'status' ? activity.text : 'Parley is thinking'
    status.classList.toggle('busy', words !== '')
    if (status.textContent !== words) status.textContent = words
    composer.refresh()
  }

  function editLast() {
    const last = items.findLast((item) => item.author.id === app.me.id && item.sending === undefined)
    if (last) list.view(last.id).startEditing()
    return last !== undefined
  }

  const here = (where) => where.channel === channel.id && (where.thread === thread || where.thread === null)
  const ends = [
    conversations.changed.on((changed) => {
      if (!here(changed)) return
      if (changed === conversation) stick.news()
      due.all()
    }),
    outbox.changed.on((entry) => here(entry) && due.all()),
    conversations.replaced.on(({ conversation: changed, message }) => {
      const isHead = changed.channel === channel.id && changed.thread === null && message.id === thread
      if (isHead) head = message
      if (changed === conversation) stick.news()
      if (changed !== conversation && !isHead) return
      if (outbox.waiting(channel.id, message.thread).length > 0) due.all()
      else due.row(message)
    }),
    activities.changed.on((where) => here(where) && due.soon()),
  ]

  scroller.addEventListener('scroll', () => opened && scroller.scrollTop < nearTop && fetchEarlier(), {
    passive: true,
  })
  stepByArrows(scroller, () => items.map(({ id }) => list.view(id).element))
  draw()

  return {
    element,
    focus: composer.focus,
    addFiles: composer.addFiles,
    stop,
    close() {
      due.cancel()
      composer.close()
      for (const end of ends) end()
      conversations.release(conversation)
    },
  }
}
