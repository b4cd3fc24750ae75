import { el } from '../dom.js'
import { icon } from '../icons.js'
import { upload } from '../state/upload.js'
import { wire } from '../state/wire.js'
import { isPicture, whenBroken } from './files.js'
import { sizeOf } from './times.js'

const fileMark = () => el('span', { class: 'file-mark' }, icon('file'))

/**
 * The files that will go with the next message. Each goes up at once and shows how far it is; what can't go says why.
 * @param {{ limits: { fileBytes: number, filesPerMessage: number }, initial: object[], onChange: () => void }} options
 */
export function createAttachments({ limits, initial, onChange }) {
  const list = el('ul', { class: 'attachments', 'aria-label': 'Attached files' })
  const words = el('p', { class: 'attachment-words', role: 'alert', hidden: true })
  const element = el('div', { class: 'attachment-tray' }, list, words)
  let cards = []

  const say = (text) => {
    words.textContent = text
    words.hidden = text === ''
  }

  function changed() {
    list.hidden = cards.length === 0
    onChange()
  }

  function remove(card) {
    const at = cards.indexOf(card)
    cards = cards.filter((one) => one !== card)
    card.abort?.abort()
    // What fails here goes by itself, an hour after it was attached.
    if (card.meta) wire.removeFile(card.meta.id).catch(() => undefined)
    if (card.preview) URL.revokeObjectURL(card.preview)
    card.element.remove()
    say('')
    cards[Math.min(at, cards.length - 1)]?.element.querySelector('button').focus()
    changed()
  }

  function addCard({ name, type, size, source }) {
    const bar = el('progress', { max: '1', value: '0', 'aria-label': `Uploading ${name}` })
    const note = el('small', { text: sizeOf(size) })
    const away = el(
      'button',
      { type: 'button', 'aria-label': `Remove ${name}`, title: 'Remove' },
      icon('close'),
    )
    const image = source && isPicture(type) ? el('img', { src: source, alt: '' }) : fileMark()
    if (image.tagName === 'IMG') whenBroken(image, () => image.replaceWith(fileMark()))
    const label = el('span', { class: 'file-words' }, el('span', { class: 'file-name', text: name }), note)
    const card = { element: el('li', {}, image, label, bar, away), bar, note, meta: null, failed: false }
    away.addEventListener('click', () => remove(card))
    cards.push(card)
    list.append(card.element)
    return card
  }

  /** `voice`: it was recorded here, in seconds. */
  async function start(card, file, voice) {
    card.abort = new AbortController()
    try {
      card.meta = await upload(file, {
        signal: card.abort.signal,
        voice,
        progress: (share) => {
          card.bar.value = share
        },
      })
      card.bar.hidden = true
    } catch (error) {
      if (card.abort.signal.aborted) return
      card.failed = true
      card.bar.hidden = true
      card.element.classList.add('failed')
      card.note.textContent = error.message
    }
    changed()
  }

  /** Why this file can't go, or null. */
  function refusal(file) {
    if (cards.length >= limits.filesPerMessage) {
      return `${file.name} is left out: at most ${limits.filesPerMessage} files go with one message.`
    }
    if (file.size > limits.fileBytes) {
      return `${file.name} is too large: ${sizeOf(file.size)}, and at most ${sizeOf(limits.fileBytes)} can be sent.`
    }
    return file.size === 0 ? `${file.name} is empty.` : null
  }

  function restore(meta) {
    const card = addCard({ ...meta, source: meta.url })
    card.meta = meta
    card.bar.hidden = true
  }
  for (const meta of initial) restore(meta)
  list.hidden = cards.length === 0

  return {
    element,
    /** @param {Iterable<File>} files */
    add(files) {
      const refused = []
      for (const file of files) {
        const why = refusal(file)
        if (why) {
          refused.push(why)
          continue
        }
        const preview = isPicture(file.type) ? URL.createObjectURL(file) : null
        const card = addCard({ name: file.name, type: file.type, size: file.size, source: preview })
        card.preview = preview
        void start(card, file)
      }
      say(refused.join(' '))
      changed()
    },
    /** A recording of so many seconds; resolves to whether it is up. */
    async addVoice(file, seconds) {
      const why = refusal(file)
      say(why ?? '')
      if (why) return false
      const card = addCard({ name: file.name, type: file.type, size: file.size, source: null })
      changed()
      await start(card, file, seconds)
      return card.meta !== null
    },
    get uploading() {
      return cards.some((card) => !card.meta && !card.failed)
    },
    get failed() {
      return cards.some((card) => card.failed)
    },
    say,
    /** Files that are up already. */
    restore(metas) {
      for (const meta of metas) restore(meta)
      changed()
    },
    ready: () => cards.flatMap((card) => card.meta ?? []),
    clear() {
      for (const card of cards) if (card.preview) URL.revokeObjectURL(card.preview)
      cards = []
      list.replaceChildren()
      say('')
      changed()
    },
  }
}
