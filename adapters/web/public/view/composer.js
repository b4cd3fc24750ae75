import { el } from '../dom.js'
import { icon } from '../icons.js'
import { mentioning, mentionsParley } from '../mention.js'
import { createDraftKeeper, draftOf } from '../state/drafts.js'
import { createAttachments } from './attachments.js'
import { growing } from './growing.js'
import { createMentionChip } from './mention-chip.js'
import { createRecorder } from './recorder.js'
import { createSuggestionList } from './suggestion-list.js'

/**
 * Where one writes. `send` takes the words and files; `busy()` says whether an answer is being written here.
 * @param {{ config, known, channel, thread: string | null, needsMention: () => boolean, placeholder: string,
 *   send: (text: string, files: object[]) => void, stop: () => void, editLast: () => boolean, busy: () => boolean }} options
 */
export function createComposer(options) {
  const { channel, thread } = options
  const draft = draftOf(channel.id, thread)
  const keeper = createDraftKeeper(channel.id, thread, () => ({
    text: area.value,
    files: attachments.ready(),
  }))
  const area = el('textarea', {
    rows: '1',
    'aria-label': options.placeholder,
    placeholder: options.placeholder,
    enterkeyhint: 'send',
  })
  area.value = draft.text
  const grow = growing(area)
  const suggestions = createSuggestionList(area, options.known)
  const attachments = createAttachments({
    limits: options.config.limits,
    initial: draft.files,
    onChange: changed,
  })
  const chip = createMentionChip(channel.id)
  const picker = el('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    'aria-label': 'Choose files',
  })
  const attach = el(
    'button',
    { type: 'button', class: 'round', title: 'Attach files', 'aria-label': 'Attach files' },
    icon('attach'),
  )
  const go = el('button', { type: 'submit', class: 'round go' })
  const tip = el('span', { class: 'tip' })
  const recorder = createRecorder({ say: attachments.say, send: sendVoice, left: () => area.focus() })
  const tools = el('div', { class: 'composer-tools' }, attach, recorder.button, picker, chip.element, tip, go)
  const form = el(
    'form',
    { class: 'composer' },
    suggestions.element,
    attachments.element,
    area,
    recorder.bar,
    tools,
  )

  function refresh() {
    const empty = area.value.trim() === '' && attachments.ready().length === 0
    const stops = empty && options.busy() && !attachments.uploading
    go.classList.toggle('stops', stops)
    go.disabled = !stops && (empty || attachments.uploading)
    const name = stops ? 'Stop the answer' : 'Send'
    if (go.getAttribute('aria-label') !== name) {
      go.setAttribute('aria-label', name)
      go.title = name
      go.replaceChildren(icon(stops ? 'stop' : 'send'))
    }
    chip.element.hidden = !options.needsMention()
    tip.textContent = attachments.uploading ? 'Uploading…' : chip.element.hidden ? '' : chip.tip()
  }

  function changed() {
    keeper.now()
    refresh()
  }

  function withMention(text) {
    const plain = text.startsWith('/') || !options.needsMention() || !chip.on || mentionsParley(text)
    return plain ? text : mentioning(text)
  }

  function submit() {
    if (go.classList.contains('stops')) return options.stop()
    const text = area.value.trim()
    const files = attachments.ready()
    if (attachments.uploading || (text === '' && files.length === 0)) return
    if (attachments.failed) {
      attachments.say('Remove the file that did not go up, or attach it again, then send.')
      return
    }
    area.value = ''
    attachments.clear()
    suggestions.close()
    grow()
    changed()
    options.send(withMention(text), files)
  }

  async function sendVoice(file, seconds) {
    if (await attachments.addVoice(file, seconds)) submit()
  }

  function key(event) {
    if (event.isComposing || suggestions.key(event)) {
      if (!event.isComposing) event.preventDefault()
      return
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (!go.classList.contains('stops')) submit()
    }
    if (event.key === 'ArrowUp' && area.value === '' && options.editLast()) event.preventDefault()
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  area.addEventListener('keydown', key)
  area.addEventListener('input', () => {
    suggestions.look()
    keeper.soon()
    refresh()
  })
  area.addEventListener('paste', (event) => {
    const files = [...event.clipboardData.files]
    if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return
    event.preventDefault()
    attachments.add(files)
  })
  attach.addEventListener('click', () => picker.click())
  picker.addEventListener('change', () => {
    attachments.add([...picker.files])
    picker.value = ''
    area.focus()
  })
  chip.changed.on(refresh)
  refresh()
  requestAnimationFrame(grow)

  return {
    element: form,
    refresh,
    close() {
      recorder.cancel()
      keeper.close()
    },
    addFiles: attachments.add,
    focus: () => area.focus({ preventScroll: true }),
    /** Puts a message that was not sent back, before what is written already. */
    takeBack(text, files) {
      area.value = [text, area.value].filter(Boolean).join('\n\n')
      attachments.restore(files)
      grow()
      area.focus()
    },
    /** Sends words of our own (a sample prompt) as if they had been typed. */
    say: (text) => options.send(withMention(text), []),
  }
}
