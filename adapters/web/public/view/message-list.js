import { el } from '../dom.js'
import { createMessage } from './message.js'
import { dayOf } from './times.js'

/** Messages of one author within this time are one group, in milliseconds. */
const groupSpan = 5 * 60_000

/** Messages by id, drawn once and then only where they changed. */
export function createMessageList(world) {
  const element = el('div', { class: 'messages' })
  /** @type {Map<string, { view: ReturnType<typeof createMessage>, item: object, grouped: boolean }>} */
  const shown = new Map()
  const days = new Map()

  function messageNode(item, grouped) {
    let row = shown.get(item.id)
    if (!row) {
      row = { view: createMessage(world), item: null, grouped: false }
      shown.set(item.id, row)
    }
    if (row.item !== item || row.grouped !== grouped) {
      row.view.update(item, { grouped })
      row.item = item
      row.grouped = grouped
    }
    return row.view.element
  }

  function dayNode(words) {
    if (!days.has(words))
      days.set(
        words,
        el('div', { class: 'day', role: 'separator', 'aria-label': words }, el('span', { text: words })),
      )
    return days.get(words)
  }

  const belongs = (item, former) =>
    former !== null &&
    former.author.id === item.author.id &&
    former.author.name === item.author.name &&
    former.privateTo === item.privateTo &&
    item.at - former.at < groupSpan

  return {
    element,
    /** @param {import('../state/timeline.js').Item[]} items @param {Node[]} above what comes before the first */
    update(items, above = [], afterFirst = null) {
      const nodes = [...above]
      let former = null
      for (const item of items) {
        const newDay = former === null || dayOf(former.at) !== dayOf(item.at)
        if (newDay) nodes.push(dayNode(dayOf(item.at)))
        nodes.push(messageNode(item, !newDay && belongs(item, former)))
        if (former === null && afterFirst) nodes.push(afterFirst)
        former = former === null && afterFirst ? { ...item, author: { id: '', name: '' } } : item
      }
      const ids = new Set(items.map(({ id }) => id))
      for (const id of shown.keys()) if (!ids.has(id)) shown.delete(id)
      place(element, nodes)
    },
    /** Draws one message again; its neighbours are as they were. */
    refresh(item) {
      const row = shown.get(item.id)
      if (row) messageNode(item, row.grouped)
    },
    view: (id) => shown.get(id)?.view ?? null,
  }
}

/** Puts `nodes` in order with as few moves as it takes, so that focus and scrolling are not disturbed. */
function place(element, nodes) {
  const wanted = new Set(nodes)
  for (const node of [...element.childNodes]) if (!wanted.has(node)) node.remove()
  let at = element.firstChild
  for (const node of nodes) {
    if (node === at) at = at.nextSibling
    else element.insertBefore(node, at)
  }
}
