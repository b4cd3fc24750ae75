import type { FileRead } from '../media/reader.ts'

/** UTF-16 units of a transcript that are quoted. */
const mostQuoted = 1_000

/** What people read above an answer of the question's files: what was said in them, and what was left out. '' = nothing. */
export function aboveAnswer(reads: readonly FileRead[]): string {
  const lines = reads.flatMap((read) => {
    if (read.kind === 'skipped') return [read.why]
    return [
      ...(read.heard === null ? [] : [`🎤 ${shortened(read.heard.text)}`]),
      ...(read.note === null ? [] : [read.note]),
    ]
  })
  if (lines.length === 0) return ''
  return `${lines.map((line) => `> ${line.trim().replaceAll(/\s*\n\s*/g, '\n> ')}`).join('\n')}\n\n`
}

function shortened(text: string): string {
  if (text.length <= mostQuoted) return text
  return `${text.slice(0, mostQuoted).toWellFormed().trimEnd()}…`
}
