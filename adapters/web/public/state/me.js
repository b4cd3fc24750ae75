import { createTopic } from '../topic.js'
import { keep, recall } from './kept.js'

export const nameLimit = 40

/**
 * Who writes here: the id that the server knows this browser's cookie by, and a name of one's own choice.
 * @param {string} id
 */
export function createMe(id) {
  const changed = createTopic()
  let me = { id, name: recall('me', null)?.name || 'Guest' }
  return {
    changed,
    get id() {
      return id
    },
    get name() {
      return me.name
    },
    author: () => ({ id: me.id, name: me.name }),
    rename(name) {
      me = { id, name: name.trim().slice(0, nameLimit) || 'Guest' }
      keep('me', me)
      changed.emit(me)
    },
  }
}
