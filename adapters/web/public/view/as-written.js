import { el } from '../dom.js'

/** Text as it was written, line for line. */
export const asWritten = (text) => el('div', { class: 'as-written', text })
