import { createTopic } from '../topic.js'
import { uuid } from '../uuid.js'
import { keep, recall } from './kept.js'

export const nameLimit = 40

/** Who writes here: a random id and a name of one's own choice, both of this browser. */
export function createMe() {
  const changed = createTopic()
  let me = recall('me', null)
  if (!me?.id || !me.name) {
    me = { id: uuid(), name: 'Guest' }
    keep('me', me)
  }
  return {
    changed,
    get id() {
      return me.id
    },
    get name() {
      return me.name
    },
    author: () => ({ id: me.id, name: me.name }),
    rename(name) {
      me = { id: me.id, name: name.trim().slice(0, nameLimit) || 'Guest' }
      keep('me', me)
      changed.emit(me)
    },
  }
}
