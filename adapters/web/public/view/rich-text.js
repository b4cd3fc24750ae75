import { el } from '../dom.js'
import { createCodeBlock } from './code-block.js'
import { blocksOf } from './markdown.js'

/**
 * A message's text. Drawing again touches only the blocks that changed: what is already written keeps its selection,
 * its scroll position and its colours while the end of it grows.
 */
export function createRichText() {
  const element = el('div', { class: 'rich' })
  let drawn = []
  let text = null

  function draw(block, former) {
    if (former?.key === block.key) return former
    if (block.code && former?.code) {
      former.code.update(block.code)
      return { ...former, key: block.key }
    }
    if (block.code) {
      const code = createCodeBlock()
      code.update(block.code)
      return { key: block.key, code, nodes: [code.element] }
    }
    const nodes = block.draw()
    for (const table of nodes.querySelectorAll('table')) scrollable(table)
    for (const pre of nodes.querySelectorAll('pre')) framed(pre)
    return { key: block.key, code: null, nodes: [...nodes.childNodes] }
  }

  return {
    element,
    update(next) {
      if (next === text) return
      text = next
      const former = drawn
      drawn = blocksOf(next).map((block, i) => draw(block, former[i]))
      const kept = new Set(drawn.flatMap(({ nodes }) => nodes))
      for (const node of [...element.childNodes]) if (!kept.has(node)) node.remove()
      let place = element.firstChild
      for (const node of kept) {
        if (node === place) place = place.nextSibling
        else element.insertBefore(node, place)
      }
    },
  }
}

/** Code inside a quote or a list item, which markdown draws as part of it. */
function framed(pre) {
  const code = pre.querySelector('code')
  const language = /language-(\S+)/.exec(code?.className ?? '')?.[1] ?? ''
  const block = createCodeBlock()
  block.update({ language, text: pre.textContent.replace(/\n$/, '') })
  pre.replaceWith(block.element)
}

function scrollable(table) {
  const frame = el('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': 'Table' })
  table.replaceWith(frame)
  frame.append(table)
}
