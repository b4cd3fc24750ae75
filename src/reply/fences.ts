/** A code fence that is open (CommonMark 0.31, section 4.5). */
export interface Fence {
  /** What stands before the opening marker on its own line: indent and quote marks, list markers blanked out. */
  readonly prefix: string
  /** Three or more of the same: ``` or ~~~. */
  readonly marker: string
  /** Language and whatever else follows the opening marker. */
  readonly info: string
}

const OPENING = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)$/s
const LEAD = /^[ \t>]*/
/** Four columns in, a marker is code and no longer a fence. */
const DEEPEST_INDENT = 3

/** `nesting` is the column at which the surrounding list item's content starts; 0 outside lists. */
export function openingFence(line: string, nesting: number): Fence | null {
  if (!line.includes('```') && !line.includes('~~~')) return null
  const match = OPENING.exec(line)
  if (!match) return null
  const [, lead = '', marker = '', rest = ''] = match
  const info = rest.trim()
  if (marker.startsWith('`') && info.includes('`')) return null
  const prefix = lead.replace(/[^> \t]/g, ' ')
  const onItsOwn = prefix === lead
  if (onItsOwn && !prefix.includes('>') && prefix.length > nesting + DEEPEST_INDENT) return null
  return { prefix, marker, info }
}

export function closesFence(line: string, fence: Fence): boolean {
  const lead = LEAD.exec(line)?.[0] ?? ''
  if (lead.length > fence.prefix.length + DEEPEST_INDENT) return false
  if (lead.includes('>') && !fence.prefix.includes('>')) return false
  const rest = line.slice(lead.length).trimEnd()
  if (rest.length < fence.marker.length) return false
  return isRunOf(rest, fence.marker.charAt(0))
}

/** A fence in a quote ends where the quote does. */
export function leavesFence(line: string, fence: Fence): boolean {
  return fence.prefix.includes('>') && !/^[ \t]*>/.test(line)
}

/** The line, with its newline, that makes code of what follows in a new message. */
export function reopening(fence: Fence, midLine: boolean): string {
  const prefix = standalonePrefix(fence.prefix)
  return `${prefix}${fence.marker}${fence.info}\n${midLine && prefix.includes('>') ? prefix : ''}`
}

/** A new message knows nothing of the list that indented the fence: deeper than this it would be no fence there. */
function standalonePrefix(prefix: string): string {
  const quote = prefix.slice(Math.max(0, prefix.indexOf('>')), prefix.lastIndexOf('>') + 1)
  return quote === '' ? ' '.repeat(Math.min(DEEPEST_INDENT, prefix.length)) : `${quote} `
}

/** What ends the fence when `body` stops in the middle of it. */
export function closing(fence: Fence): string {
  return `\n${fence.prefix}${fence.marker}`
}

/** Quote and list marks, and half a marker. A number may be the whole answer. */
const BEGUN = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:[-*+]|\d{1,9}[.)]|`+|~+)?[ \t\r]*$/
/** Inside a fence a list mark is code. */
const BEGUN_INSIDE = /^[ \t>]*(?:`+|~+)?[ \t\r]*$/

/** A line that may still become a fence's marker when more of it has come. */
export function mayBecomeFence(line: string, inside: boolean): boolean {
  return line.trim() !== '' && (inside ? BEGUN_INSIDE : BEGUN).test(line)
}

function isRunOf(text: string, character: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charAt(at) !== character) return false
  return true
}
