const BLANKS = /^\s*/
/** A message of nothing else is not sent. */
const INVISIBLE = /^[\s\p{C}]*/u
const FENCE_END = /^[\s>]*(?:`{3,}|~{3,})[ \t]*(?=\r?\n|$)/

/**
 * How much of `text` the messages show, one after the other, character by character: a fence closed and reopened, a
 * table's header repeated and blanks at the seams aside. The text's length when nothing is missing, changed or added.
 */
export function shownLength(messages: readonly string[], text: string): number {
  let ends = new Set([0])
  let furthest = 0
  for (const message of messages) {
    const next = new Set<number>()
    for (const end of ends)
      for (const start of seams(text, end))
        for (const body of bodies(message)) if (text.startsWith(body, start)) next.add(start + body.length)
    ends = next
    furthest = Math.max(furthest, ...next)
    if (next.size === 0) return furthest
  }
  for (const end of ends) if (seams(text, end).includes(text.length)) return text.length
  return Math.max(...ends)
}

/** Where the next message may begin. */
function seams(text: string, end: number): number[] {
  const after = (at: number, pattern: RegExp) => at + (pattern.exec(text.slice(at))?.[0].length ?? 0)
  const fence = after(end, FENCE_END)
  const seen = [end, fence].flatMap((at) => [at, after(at, BLANKS), after(at, INVISIBLE)])
  return seen.flatMap((at) => [at, indent(text, at)])
}

/** The beginning of the line, where only blanks are before it. */
function indent(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at - 1) + 1
  return text.slice(line, at).trim() === '' ? line : at
}

/** A message without the lines that were added to it. */
function bodies(message: string): string[] {
  const lines = message.split('\n')
  const fronts = [0, 1, 2].filter((front) => front < lines.length)
  return fronts.flatMap((front) => {
    const body = lines.slice(front)
    const both = [body.join('\n').trimEnd(), body.slice(0, -1).join('\n').trimEnd()]
    // A quoted line that was cut in two gets its quote marks again.
    const unquoted = front === 0 ? [] : both.map((each) => each.replace(/^[ \t>]+/, ''))
    return [...both, ...unquoted].filter((each) => each !== '')
  })
}
