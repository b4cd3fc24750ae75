import { el } from '../dom.js'
import { icon } from '../icons.js'

const shownFor = 1_600

/** A button that copies `text()` and says for a moment that it did. */
export function copyButton(name, text, { quiet = false } = {}) {
  const words = el('span', { class: quiet ? 'unseen' : '', text: name })
  const picture = el('span', { class: 'icon-slot' }, icon('copy'))
  const button = el('button', { type: 'button', class: 'copy', title: quiet ? name : null }, picture, words)
  const say = (answer, image) => {
    words.textContent = answer
    picture.replaceChildren(icon(image))
  }
  let timer = 0
  button.addEventListener('click', async () => {
    const done = await copyText(text())
    say(done ? 'Copied' : 'Not copied: select it and press Ctrl+C', done ? 'check' : 'warn')
    clearTimeout(timer)
    timer = setTimeout(() => say(name, 'copy'), shownFor)
  })
  return button
}

/** The clipboard API is missing where the page came over plain http from another machine. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch (error) {
    console.info('Copying the old way:', error)
    const area = el('textarea', { class: 'unseen', 'aria-hidden': 'true' })
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
