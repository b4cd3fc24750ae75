/** GFM tables (GitHub Flavored Markdown, section 4.10): a header row, a delimiter row, then rows. */

/** Whether `delimiter` makes a table of the line before it. */
export function startsTable(header: string, delimiter: string): boolean {
  if (!header.includes('|') || !delimiter.includes('-')) return false
  const marks = cells(delimiter)
  return marks.every(isDelimiterCell) && marks.length === cells(header).length
}

/** A table goes on until the beginning of another block, where no blank line ends it; pipes are optional in its rows. */
export function continuesTable(line: string): boolean {
  return !/^[ ]{0,3}(?:#{1,6}(?:[ \t]|$)|>|(?:[-*+]|\d{1,9}[.)])[ \t]|`{3}|~{3})/.test(line)
}

function isDelimiterCell(cell: string): boolean {
  const mark = cell.trim()
  const from = mark.startsWith(':') ? 1 : 0
  const to = mark.length > from && mark.endsWith(':') ? mark.length - 1 : mark.length
  if (to <= from) return false
  for (let at = from; at < to; at++) if (mark.charAt(at) !== '-') return false
  return true
}

function cells(line: string): string[] {
  const parts = line.trim().replaceAll('\\|', '  ').split('|')
  if (parts[0]?.trim() === '') parts.shift()
  if (parts.length > 0 && parts[parts.length - 1]?.trim() === '') parts.pop()
  return parts
}
