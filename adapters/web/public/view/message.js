import { el, refill } from '../dom.js'
import { icon } from '../icons.js'
import { waits } from '../state/waits.js'
import { asWritten } from './as-written.js'
import { avatar } from './avatar.js'
import { controlsOf } from './controls.js'
import { copyButton } from './copy-button.js'
import { createCorrection } from './correction.js'
import { fileList } from './files.js'
import { createFold } from './fold.js'
import { createInlineEditor } from './inline-editor.js'
import { factsOf, marksOf } from './marks.js'
import { createRichText } from './rich-text.js'
import { momentOf, shortTimeOf, timeOf } from './times.js'

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
  const folded = createFold(parts.body, rich)
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
  let watching = null

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

  /** What was heard, to be mended in the place of the buttons. */
  async function startCorrecting() {
    const form = await world.actions.form('correct', item)
    if (!form) return false
    const correction = createCorrection(form, {
      save: (options) => world.actions.fillIn('correct', item, options),
      close: () => {
        correction.element.remove()
        parts.controls.hidden = false
        ;(parts.controls.querySelector('button') ?? element).focus()
      },
    })
    parts.controls.hidden = true
    parts.controls.after(correction.element)
    correction.focus()
    return true
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

  const drawMarks = () => part('mark', factsOf(item, waiting()), () => marksOf(item, world, waiting()))

  const waiting = () => world.inThread && mine() && waits(item, world.traces.of(item.channel, item.thread))

  /** A message that waits looks again with each trace until it no longer does. */
  function watchTraces() {
    watching?.()
    watching = null
    if (!waiting()) return
    watching = world.traces.changed.on(() => {
      if (waiting()) return
      watching?.()
      watching = null
      drawMarks()
    })
  }

  function draw(grouped) {
    element.dataset.id = item.id
    element.className = [
      'message',
      grouped && 'grouped',
      item.author.bot && 'by-bot',
      item.state,
      item.sending && 'sending',
      item.privateTo && 'private',
      item.thread === null && 'root',
    ]
      .filter(Boolean)
      .join(' ')
    element.setAttribute('aria-label', `${item.author.name}, ${timeOf(item.at)}`)
    if (item.author.bot) rich.update(item.text)
    else folded.update(item.text)
    part('head', [item.author, item.at, grouped], () => headNodes(grouped))
    part('side', [item.author, item.at, grouped], () => sideNodes(grouped))
    part('files', item.files, () => (item.files.length > 0 ? [fileList(item.files)] : []))
    drawMarks()
    part('controls', [item.controls, item.thumb], () => controlsOf(item, world.actions, startCorrecting))
    part('replies', item.replies, replyNodes)
    part('toolbar', [Boolean(item.text), item.replies, mine()], tools)
    watchTraces()
  }

  return {
    element,
    startEditing,
    get item() {
      return item
    },
    /** Whatever is wrong with one message, the list goes on. */
    update(next, { grouped }) {
      item = next
      try {
        draw(grouped)
      } catch (error) {
        console.warn('A message is shown as it was written:', error)
        element.replaceChildren(asWritten(String(item.text)))
      }
    },
  }
}
