import { blocksOf } from './markdown.js'
import { slicesOf } from './slices.js'

const longest = 600
/** Long enough to be read out; then nothing stale is left to come upon. */
const keptFor = 10_000

/**
 * Reads finished answers to screen readers, once each and not while they are being written.
 * @param {HTMLElement} region
 */
export function createSpoken(region) {
  const writing = new Set()
  let timer = 0
  return {
    hear(message) {
      if (!message.author.bot) return
      if (message.state === 'writing') {
        writing.add(message.id)
        return
      }
      if (!writing.delete(message.id) && Date.now() - message.at > 10_000) return
      const text =
        heard(message.text) || message.files.map((file) => file.description || file.name).join(', ')
      const cut =
        text.length > longest ? `${text.slice(0, longest)}… The whole answer is in the conversation.` : text
      region.textContent = `${message.author.name}: ${cut}`
      clearTimeout(timer)
      timer = setTimeout(() => region.replaceChildren(), keptFor)
    },
  }
}

/** The words alone, of as much as is read out. */
function heard(text) {
  const holder = document.createElement('div')
  const [slice] = slicesOf(text)
  if (slice?.kind !== 'markdown') return (slice?.text ?? slice?.source ?? '').replace(/\s+/g, ' ').trim()
  for (const block of blocksOf(slice.source)) {
    if (block.code) holder.append(`${block.code.language || 'A'} code block. `)
    else holder.append(block.draw(), ' ')
  }
  return holder.textContent.replace(/\s+/g, ' ').trim()
}
