import { createTopic } from '../topic.js'
import { wire } from './wire.js'

/** @typedef {import('./wire.js').Message} Message */
/**
 * @typedef {{ channel: string, thread: string | null, status: 'loading' | 'ready' | 'failed',
 *   error: string | null, more: boolean, messages: Message[], loads: Set<Set<string>>, panes: number }} Conversation
 */

/** Conversations that nobody looks at are kept up to this number. */
const mostHeld = 30
const page = 50
const longestPage = 200
/** A thread's first message is looked for this many pages back. */
const farthest = 20
/** Above so many messages the oldest of a conversation are let go, down to the lower number. */
const mostMessages = 400
const fewerMessages = 300

export const keyOf = (channel, thread) => JSON.stringify([channel, thread ?? ''])

/**
 * The conversations this page has opened, as the server has them. What the event stream says while a page of
 * messages is on its way is newer than that page and wins.
 */
export function createConversations() {
  /** @type {Map<string, Conversation>} */
  const held = new Map()
  const changed = createTopic()
  /** One message is another now and nothing else has changed: `{ conversation, message }`, many times a second. */
  const replaced = createTopic()

  const touch = (conversation, id) => {
    for (const load of conversation.loads) load.add(id)
  }

  async function fetchInto(conversation, where) {
    const touched = new Set()
    conversation.loads.add(touched)
    try {
      const { channel, thread } = conversation
      const answer = await wire.messages({ channel, thread, ...where })
      const fresh = answer.messages.filter(({ id }) => !touched.has(id))
      const oldest = answer.messages[0]?.at ?? Number.POSITIVE_INFINITY
      const ids = new Set(fresh.map(({ id }) => id))
      const stays = (message) =>
        !ids.has(message.id) &&
        (where.before || touched.has(message.id) || (answer.more && message.at < oldest))
      const olderKept = !where.before && answer.more && conversation.messages.some(({ at }) => at < oldest)
      conversation.messages = inOrder([...conversation.messages.filter(stays), ...fresh])
      if (!olderKept) conversation.more = answer.more
      conversation.status = 'ready'
      conversation.error = null
    } catch (error) {
      conversation.error = error.message
      if (conversation.status !== 'ready') conversation.status = 'failed'
    } finally {
      conversation.loads.delete(touched)
    }
    changed.emit(conversation)
  }

  function open(channel, thread) {
    const key = keyOf(channel, thread)
    const known = held.get(key)
    if (known && known.status !== 'failed') {
      known.panes++
      return known
    }
    const conversation = {
      channel,
      thread,
      status: 'loading',
      error: null,
      more: false,
      messages: [],
      loads: new Set(),
      panes: 1,
    }
    held.set(key, conversation)
    void fetchInto(conversation, { limit: page })
    return conversation
  }

  /** A pane no longer shows it. */
  function release(conversation) {
    conversation.panes--
    for (const [key, { panes }] of held) if (held.size > mostHeld && panes === 0) held.delete(key)
  }

  function accept(message) {
    const conversation = held.get(keyOf(message.channel, message.thread))
    if (!conversation) return
    touch(conversation, message.id)
    const at = conversation.messages.findLastIndex(({ id }) => id === message.id)
    const oldest = conversation.messages[0]
    const before = conversation.messages[at]
    if (before) conversation.messages = conversation.messages.with(at, message)
    else if (!conversation.more || !oldest || message.at >= oldest.at)
      conversation.messages = inOrder([...conversation.messages, message])
    if (conversation.panes === 0) trim(conversation)
    if (before && before.privateTo !== message.privateTo) changed.emit(conversation)
    else if (before || !conversation.messages.includes(message)) replaced.emit({ conversation, message })
    else changed.emit(conversation)
  }

  /** Lets go of the oldest messages of a long conversation; they are fetched again when someone scrolls to them. */
  function trim(conversation) {
    if (conversation.messages.length <= mostMessages || conversation.loads.size > 0) return
    conversation.messages = conversation.messages.slice(-fewerMessages)
    conversation.more = true
  }

  function drop({ channel, thread, id }) {
    const conversation = held.get(keyOf(channel, thread))
    if (!conversation) return
    touch(conversation, id)
    conversation.messages = conversation.messages.filter((message) => message.id !== id)
    changed.emit(conversation)
  }

  async function earlier(conversation) {
    const oldest = conversation.messages[0]
    if (!oldest || !conversation.more || conversation.loads.size > 0) return
    await fetchInto(conversation, { before: oldest.id, limit: page })
  }

  /** Fetches earlier messages of a channel until it has this one: an old thread was opened by its address. */
  async function seek(channel, id) {
    const conversation = held.get(keyOf(channel, null))
    if (!conversation || conversation.sought?.has(id) || conversation.status !== 'ready') return
    conversation.sought ??= new Set()
    conversation.sought.add(id)
    for (let pages = 0; pages < farthest && conversation.more && !find(channel, null, id); pages++) {
      await earlier(conversation)
      if (conversation.error) return
    }
    if (find(channel, null, id)) return
    conversation.lacking = (conversation.lacking ?? new Set()).add(id)
    changed.emit(conversation)
  }

  /** Whether a message has been looked for in this channel and is not there. */
  const lacks = (channel, id) => held.get(keyOf(channel, null))?.lacking?.has(id) ?? false

  /** Fetches what is shown anew; with `failed` only what could not be fetched before. */
  const refetch = ({ failed = false } = {}) => {
    for (const [key, conversation] of held) {
      if (failed && conversation.error === null) continue
      if (conversation.panes === 0) {
        held.delete(key)
        continue
      }
      const limit = Math.min(Math.max(conversation.messages.length, page), longestPage)
      void fetchInto(conversation, { limit })
    }
  }

  const find = (channel, thread, id) =>
    held.get(keyOf(channel, thread))?.messages.find((message) => message.id === id) ?? null

  return { changed, replaced, open, release, accept, drop, earlier, seek, lacks, refetch, trim, find }
}

const inOrder = (messages) => messages.sort((a, b) => a.at - b.at)
