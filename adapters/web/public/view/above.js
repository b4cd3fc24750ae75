import { el } from '../dom.js'
import { icon } from '../icons.js'

/**
 * What stands above a conversation's first message: that it is being fetched, that it could not be, that there is
 * more, or that it is empty.
 * @param {{ conversation: import('../state/conversations.js').Conversation, empty: () => Node | null,
 *   again: () => void, earlier: () => void }} about
 */
export function createAbove({ conversation, empty, again, earlier }) {
  const loading = el('p', { class: 'quiet', text: 'Fetching messages…' })
  const more = el('button', {
    type: 'button',
    class: 'earlier',
    text: 'Show earlier messages',
    on: { click: earlier },
  })
  const failure = () =>
    el(
      'p',
      { class: 'mark failed' },
      icon('warn'),
      `The messages could not be fetched. ${conversation.error} `,
      el('button', { type: 'button', class: 'link', text: 'Try again', on: { click: again } }),
    )

  /** @param {boolean} bare nothing is shown below @returns {Node[]} */
  return (bare) => {
    if (conversation.status === 'loading') return bare ? [loading] : []
    if (conversation.error) return [failure()]
    if (conversation.more) return [more]
    return bare ? [empty()].filter(Boolean) : []
  }
}
