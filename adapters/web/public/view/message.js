import { el, refill } from '../dom.js'
import { icon } from '../icons.js'
import { avatar } from './avatar.js'
import { controlsOf } from './controls.js'
import { copyButton } from './copy-button.js'
import { fileList } from './files.js'
import { fold } from './fold.js'
import { createInlineEditor } from './inline-editor.js'
import { createRichText } from './rich-text.js'
import { momentOf, shortTimeOf, timeOf } from './times.js'

const marks = {
  stopped: ['stop', 'Stopped'],
  failed: ['warn', 'Failed'],
}

/** The engine ends such an answer with a remark of its own; saying it twice helps nobody. */
const remark = /\*— [^*]+\*\s*$/

/**
 * One message. `update` draws only what differs from what is shown.
 * @param {{ me, actions, outbox, confirm, openThread: (id: string) => void, takeBack: (item: object) => void, inThread: boolean }} world
 */
export function createMessage(world) {
  const rich = createRichText()
  const parts = Object.fromEntries(
    ['head', 'body', 'files', 'mark', 'controls', 'replies', 'toolbar'].map((name) => [
      name,
      el('div', { class: `message-${name}` }),
    ]),
  )
  const side = el('div', { class: 'message-side' })
  parts.body.append(rich.element)
  const main = el(
    'div',
    { class: 'message-main' },
    parts.head,
    parts.body,
    parts.files,
    parts.mark,
    parts.controls,
    parts.replies,
  )
  const element = el('article', { class: 'message', tabindex: '-1' }, side, main, parts.toolbar)
  const drawn = {}
  let editor = null
  let item = null

  /** Draws a part again when what it depends on has changed. */
  function part(name, facts, nodes) {
    const key = JSON.stringify(facts)
    if (drawn[name] === key) return
    drawn[name] = key
    const hadFocus = parts[name]?.contains(document.activeElement)
    refill(parts[name] ?? side, ...nodes())
    if (hadFocus) (parts[name].querySelector('button') ?? element).focus()
  }

  const mine = () => item.author.id === world.me.id && !item.author.bot && item.sending === undefined

  const edited = () => item.editedAt !== null && !item.author.bot

  function startEditing() {
    if (editor) return
    editor = createInlineEditor(item.text, {
      save: (text) => world.actions.edit(item, text),
      close: () => {
        editor.element.replaceWith(rich.element)
        editor = null
        element.focus()
      },
    })
    rich.element.replaceWith(editor.element)
    editor.focus()
  }

  const remove = async () => {
    if (await world.confirm('Delete this message?', 'Its answer is withdrawn too.', 'Delete'))
      void world.actions.remove(item)
  }

  function tools() {
    const tool = (name, image, run) =>
      el('button', { type: 'button', title: name, 'aria-label': name, on: { click: run } }, icon(image))
    const nodes = item.text ? [copyButton('Copy text', () => item.text, { quiet: true })] : []
    if (!world.inThread && !item.privateTo && item.replies === 0) {
      nodes.push(tool('Reply in thread', 'thread', () => world.openThread(item.id)))
    }
    if (mine()) nodes.push(tool('Edit', 'edit', startEditing), tool('Delete', 'bin', remove))
    return nodes
  }

  function unsent() {
    const { outbox, takeBack } = world
    const choice = (text, click) => el('button', { type: 'button', class: 'link', text, on: { click } })
    const choices = [
      choice('Retry', () => outbox.retry(item.id)),
      choice('Edit', () => takeBack(item)),
      choice('Discard', () => outbox.discard(item.id)),
    ]
    return el(
      'p',
      { class: 'mark failed', role: 'status' },
      icon('warn'),
      `Not sent. ${item.failure} `,
      ...choices,
    )
  }

  function markNodes() {
    const nodes = []
    if (item.privateTo) nodes.push(el('p', { class: 'mark' }, icon('lock'), 'Only you can see this'))
    const mark = marks[item.state]
    if (mark && !remark.test(item.text))
      nodes.push(el('p', { class: `mark ${item.state}` }, icon(mark[0]), mark[1]))
    if (edited()) nodes.push(el('p', { class: 'mark late', text: 'Edited' }))
    if (item.failure) nodes.push(unsent())
    else if (item.sending) nodes.push(el('p', { class: 'mark late', text: 'Sending…' }))
    return nodes
  }

  function headNodes(grouped) {
    const time = el('time', {
      datetime: new Date(item.at).toISOString(),
      title: momentOf(item.at),
      text: timeOf(item.at),
    })
    const name = el('span', { class: 'author', text: item.author.name })
    return [
      name,
      item.author.bot && el('span', { class: 'bot-badge', text: 'bot' }),
      !grouped && time,
    ].filter(Boolean)
  }

  function sideNodes(grouped) {
    const time = el('time', { 'aria-hidden': 'true', title: momentOf(item.at), text: shortTimeOf(item.at) })
    return [grouped ? time : avatar(item.author)]
  }

  function replyNodes() {
    if (world.inThread || item.replies === 0) return []
    const words = item.replies === 1 ? '1 reply' : `${item.replies} replies`
    const open = () => world.openThread(item.id)
    return [el('button', { type: 'button', class: 'replies', on: { click: open } }, icon('thread'), words)]
  }

  return {
    element,
    startEditing,
    get item() {
      return item
    },
    update(next, { grouped }) {
      item = next
      element.dataset.id = item.id
      element.className = [
        'message',
        grouped && 'grouped',
        item.author.bot && 'by-bot',
        item.state,
        item.sending && 'sending',
        item.privateTo && 'private',
      ]
        .filter(Boolean)
        .join(' ')
      element.setAttribute('aria-label', `${item.author.name}, ${timeOf(item.at)}`)
      rich.update(item.text)
      if (!item.author.bot) fold(parts.body, item.text.length)
      part('head', [item.author, item.at, grouped], () => headNodes(grouped))
      part('side', [item.author, item.at, grouped], () => sideNodes(grouped))
      part('files', item.files, () => (item.files.length > 0 ? [fileList(item.files)] : []))
      part(
        'mark',
        [item.privateTo, item.state, remark.test(item.text), edited(), item.sending, item.failure],
        markNodes,
      )
      part('controls', [item.controls, item.thumb], () => controlsOf(item, world.actions))
      part('replies', item.replies, replyNodes)
      part('toolbar', [Boolean(item.text), item.replies, mine()], tools)
    },
  }
}
