import { el } from '../dom.js'
import { asWritten } from './as-written.js'
import { createCodeBlock } from './code-block.js'
import { inFrames } from './frame-budget.js'
import { blocksOf } from './markdown.js'
import { slicesOf } from './slices.js'

/**
 * A message's text. Drawing again touches only the blocks that changed: what is already written keeps its selection,
 * its scroll position and its colours while the end of it grows. A long text is drawn over several frames.
 */
export function createRichText() {
  const element = el('div', { class: 'rich' })
  /** @type {{ source: string, blocks: { key: string, code: object | null, nodes: Node[] }[] }[]} */
  const drawn = []
  let slices = []
  let text = null

  /** Draws the first slice that differs from what is shown; whether there may be another. */
  function step() {
    const at = slices.findIndex(({ source }, i) => drawn[i]?.source !== source)
    if (at < 0) return false
    const slice = slices[at]
    drawn[at] = { source: slice.source, blocks: blocksFor(slice, drawn[at]?.blocks ?? []) }
    place()
    return true
  }

  function place() {
    const kept = new Set(drawn.flatMap(({ blocks }) => blocks.flatMap(({ nodes }) => nodes)))
    for (const node of [...element.childNodes]) if (!kept.has(node)) node.remove()
    let at = element.firstChild
    for (const node of kept) {
      if (node === at) at = at.nextSibling
      else element.insertBefore(node, at)
    }
  }

  return {
    element,
    update(next) {
      if (next === text) return
      text = next
      slices = slicesOf(next)
      if (drawn.length > slices.length) {
        drawn.length = slices.length
        place()
      }
      inFrames(step)
    },
  }
}

/** What can't be drawn as markdown is shown as it was written: one text must not take others with it. */
function blocksFor(slice, former) {
  try {
    if (slice.kind === 'plain') return [writtenBlock(slice.source)]
    if (slice.kind === 'code') return [codeBlock(slice, former[0])]
    return blocksOf(slice.source).map((block, i) => drawBlock(block, former[i]))
  } catch (error) {
    console.warn('Shown without formatting:', error)
    return [writtenBlock(slice.source)]
  }
}

const writtenBlock = (source) => ({ key: `as written ${source}`, code: null, nodes: [asWritten(source)] })

function codeBlock({ language, text }, former) {
  const code = former?.code ?? createCodeBlock()
  code.update({ language, text })
  return { key: `code ${language}\n${text}`, code, nodes: [code.element] }
}

function drawBlock(block, former) {
  if (former?.key === block.key) return former
  if (block.code) return codeBlock(block.code, former)
  const nodes = block.draw()
  for (const table of nodes.querySelectorAll('table')) scrollable(table)
  for (const pre of nodes.querySelectorAll('pre')) framed(pre)
  return { key: block.key, code: null, nodes: [...nodes.childNodes] }
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
