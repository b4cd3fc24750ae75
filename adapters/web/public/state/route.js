import { createTopic } from '../topic.js'

/**
 * Where the reader is, as the address says it: `#/channel` or `#/channel/thread`; `#/` is the list of channels
 * (a page of its own on narrow screens).
 */
export function createRoute() {
  const changed = createTopic()
  let now = parse(location.hash)
  addEventListener('hashchange', () => {
    now = parse(location.hash)
    changed.emit(now)
  })
  return {
    changed,
    get channel() {
      return now.channel
    },
    get thread() {
      return now.thread
    },
    go(channel, thread = null, { replace = false } = {}) {
      const hash = linkTo(channel, thread)
      if (hash === location.hash) return
      if (replace) {
        history.replaceState(null, '', hash)
        now = parse(hash)
        changed.emit(now)
      } else location.hash = hash
    },
  }
}

export const linkTo = (channel, thread = null) =>
  `#/${[channel, thread].filter(Boolean).map(encodeURIComponent).join('/')}`

function parse(hash) {
  const [channel = '', thread = ''] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  return { channel: channel || null, thread: thread || null }
}

function decoded(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
