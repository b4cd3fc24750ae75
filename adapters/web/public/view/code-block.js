import { el } from '../dom.js'
import { copyButton } from './copy-button.js'
import { safeNodes } from './markdown.js'

let highlighter = null

/** Highlighting is fetched with the first code block, not before. */
function withHighlighter(run) {
  highlighter ??= import('/playground/vendor/highlight.js').then((module) => module.default)
  highlighter.then(run).catch((error) => {
    highlighter = null
    console.warn('Code is shown without colours:', error)
  })
}

/** Above this many characters colouring costs more than it shows. */
const longestColoured = 50_000

/** A block of code with its language and a Copy button; `update` changes it in place. */
export function createCodeBlock() {
  const label = el('span', { class: 'code-language' })
  const code = el('code')
  const pre = el('pre', { tabindex: '0', role: 'region' }, code)
  let shown = { language: '', text: '' }
  const copy = copyButton('Copy', () => shown.text)
  const element = el('div', { class: 'code-block' }, el('div', { class: 'code-head' }, label, copy), pre)

  function colour(language, text) {
    withHighlighter((hljs) => {
      if (shown.text !== text || shown.language !== language || !hljs.getLanguage(language)) return
      code.replaceChildren(safeNodes(hljs.highlight(text, { language, ignoreIllegals: true }).value))
    })
  }

  return {
    element,
    update({ language, text }) {
      shown = { language, text }
      label.textContent = language || 'text'
      pre.setAttribute('aria-label', `Code, ${language || 'plain text'}`)
      code.textContent = text
      if (language && text.length <= longestColoured) colour(language, text)
    },
  }
}
