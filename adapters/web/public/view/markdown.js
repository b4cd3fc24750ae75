import { Marked } from '/playground/vendor/marked.js'
import DOMPurify from '/playground/vendor/purify.js'
import { mention } from '../mention.js'

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => escapes[sign])

/** Only what a reader can be sent to without surprise; everything else is shown as text. */
function safeHref(href) {
  try {
    const { protocol } = new URL(href)
    return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null
  } catch {
    return null
  }
}

const anchor = (href, label, title) =>
  `<a href="${escaped(href)}"${title ? ` title="${escaped(title)}"` : ''}>${label}</a>`

const renderer = {
  html: ({ text, block }) => (block ? `<p>${escaped(text.trim())}</p>` : escaped(text)),
  link({ href, title, tokens, raw }) {
    const safe = safeHref(href)
    return safe ? anchor(safe, this.parser.parseInline(tokens), title) : escaped(raw)
  },
  image({ href, text, raw }) {
    const safe = safeHref(href)
    return safe ? anchor(safe, `Image: ${escaped(text || safe)}`, null) : escaped(raw)
  },
  checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
}

const mentions = {
  name: 'mention',
  level: 'inline',
  start: (source) => {
    const at = source.search(mention)
    return at < 0 ? undefined : at
  },
  tokenizer(source) {
    const found = mention.exec(source)
    return found?.index === 0 ? { type: 'mention', raw: found[0], text: found[0] } : undefined
  },
  renderer: ({ text }) => `<span class="mention">${escaped(text)}</span>`,
}

const marked = new Marked({ gfm: true, breaks: true, renderer, extensions: [mentions] })

const allowed = {
  ALLOWED_TAGS:
    'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup table tbody td th thead tr ul'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['href', 'title', 'class', 'start', 'align'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
}

/** Markup as safe nodes; every link opens elsewhere and tells nobody where it came from. @returns {DocumentFragment} */
export function safeNodes(html) {
  const nodes = DOMPurify.sanitize(html, allowed)
  for (const link of nodes.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  return nodes
}

/**
 * The blocks of a text: paragraphs, lists, code. `key` changes when and only when the block must be drawn anew.
 * Its cost is bounded for a text from `slicesOf` only.
 * @param {string} text
 * @returns {{ key: string, code: { language: string, text: string } | null, draw: () => DocumentFragment }[]}
 */
export function blocksOf(text) {
  return marked
    .lexer(text)
    .filter((token) => token.type !== 'space' && token.type !== 'def')
    .map((token) => {
      if (token.type === 'code') {
        const language = (token.lang ?? '').trim().split(/\s+/)[0] ?? ''
        return {
          key: `code ${language}\n${token.text}`,
          code: { language, text: token.text },
          draw: () => null,
        }
      }
      const html = marked.parser([token])
      return { key: html, code: null, draw: () => safeNodes(html) }
    })
}
