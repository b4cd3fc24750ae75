import { createTopic } from '../topic.js'
import { wire } from './wire.js'

/** The channels, and which of them hold something this page has not shown. */
export function createChannels() {
  const changed = createTopic()
  const unread = new Set()
  let all = []
  return {
    changed,
    unread,
    get all() {
      return all
    },
    get: (id) => all.find((channel) => channel.id === id) ?? null,
    async load() {
      all = await wire.channels()
      changed.emit()
    },
    async add(name) {
      const channel = await wire.addChannel(name)
      if (!all.some(({ id }) => id === channel.id)) all = [...all, channel]
      changed.emit()
      return channel
    },
    mark(id, isUnread) {
      if (unread.has(id) === isUnread) return
      if (isUnread) unread.add(id)
      else unread.delete(id)
      changed.emit()
    },
  }
}
