import type { Context } from './blocks.ts'
import { closesFence, closing, type Fence, leavesFence, reopening } from './fences.ts'
import type { Ruler } from './splitter.ts'
import { continuesTable } from './tables.ts'

/** How a message takes up what the one before left open. */
export interface Beginning {
  /** How many characters are passed over: blanks at the seam, a fence's end that was already shown. */
  readonly lead: number
  readonly opening: string
  readonly body: string
  readonly context: Context
}

const PLAIN: Context = { kind: 'plain', midLine: false }
const BLANKS = /^[ \t\r\n]*/
/** A closing fence is not longer; what is goes for code. */
const LONGEST_CLOSING = 256

export function begin(source: string, context: Context, ruler: Ruler): Beginning {
  const blanks = BLANKS.exec(source)?.[0] ?? ''
  const lineStart = blanks.lastIndexOf('\n') + 1
  switch (context.kind) {
    case 'plain':
      return plain(source, lineStart === 0 && context.midLine ? blanks.length : lineStart)
    case 'fence':
      return insideFence(source, lineStart, context.fence, context.midLine && lineStart === 0, ruler)
    case 'table':
      return insideTable(source, blanks, context, ruler)
  }
}

/** What ends a message that stops in this context. */
export function closingOf(context: Context): string {
  return context.kind === 'fence' ? closing(context.fence) : ''
}

/** Whether reopening and closing the fence leaves half of a message for its content. */
export function fenceHolds(fence: Fence, ruler: Ruler): boolean {
  const line = `${fence.prefix}${fence.marker}${fence.info}${closing(fence)}`
  return isLight(bare(fence), ruler) && ruler.measure(line) < ruler.limit
}

function insideFence(
  source: string,
  lineStart: number,
  fence: Fence,
  midLine: boolean,
  ruler: Ruler,
): Beginning {
  const first = firstLine(source, lineStart)
  if (!midLine && first !== null && closesFence(first, fence)) {
    const after = lineStart + first.length
    const blanks = BLANKS.exec(source.slice(after))?.[0] ?? ''
    return plain(source, after + blanks.lastIndexOf('\n') + 1)
  }
  if (!midLine && first !== null && leavesFence(first, fence)) return plain(source, lineStart)
  const carried = isLight(fence, ruler) ? fence : bare(fence)
  return {
    lead: lineStart,
    opening: reopening(carried, midLine),
    body: source.slice(lineStart),
    context: { kind: 'fence', fence: carried, midLine },
  }
}

function insideTable(
  source: string,
  blanks: string,
  context: Context & { kind: 'table' },
  ruler: Ruler,
): Beginning {
  const lineStart = blanks.lastIndexOf('\n') + 1
  const over = blanks.indexOf('\n') !== lineStart - 1 || !continuesTable(firstLine(source, lineStart) ?? 'x')
  if (over || ruler.measure(context.header) * 2 > ruler.limit) return plain(source, lineStart)
  return { lead: lineStart, opening: context.header, body: source.slice(lineStart), context }
}

function plain(source: string, lead: number): Beginning {
  return { lead, opening: '', body: source.slice(lead), context: PLAIN }
}

function isLight(fence: Fence, ruler: Ruler): boolean {
  return ruler.measure(`${reopening(fence, true)}${closing(fence)}`) * 2 <= ruler.limit
}

function bare(fence: Fence): Fence {
  return { ...fence, info: '' }
}

/** Null when the line is longer than a closing fence can be. */
function firstLine(source: string, start: number): string | null {
  const window = source.slice(start, start + LONGEST_CLOSING)
  const newline = window.indexOf('\n')
  if (newline !== -1) return window.slice(0, newline)
  return window.length < LONGEST_CLOSING ? window : null
}
