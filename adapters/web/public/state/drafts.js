import { keyOf } from './conversations.js'
import { keep, recall } from './kept.js'

/** What is written but not sent, by conversation: the text and the files that are up already. */
export const draftOf = (channel, thread) => recall(`draft.${keyOf(channel, thread)}`, { text: '', files: [] })

export function keepDraft(channel, thread, draft) {
  const empty = draft.text === '' && draft.files.length === 0
  keep(`draft.${keyOf(channel, thread)}`, empty ? null : draft)
}
