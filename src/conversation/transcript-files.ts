import type { Heard } from '../media/hearing.ts'
import { asSrt, asVtt } from '../media/subtitles.ts'
import type { About } from '../ports/shelf.ts'

export type TranscriptFormat = 'txt' | 'srt' | 'vtt'

const types: Readonly<Record<TranscriptFormat, string>> = {
  txt: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip',
  vtt: 'text/vtt; charset=utf-8',
}

/** A transcript as a file, named after the recording. */
export function transcriptFile(
  { text, lines }: Heard,
  name: string,
  as: TranscriptFormat,
): { readonly content: Uint8Array; readonly about: About } {
  const stem = name.replace(/\.[^.]*$/, '').slice(0, 80) || 'transcript'
  const content = as === 'srt' ? asSrt(lines) : as === 'vtt' ? asVtt(lines) : `${text}\n`
  return {
    content: new TextEncoder().encode(content),
    about: { kind: 'transcript', name: `${stem}.${as}`, type: types[as], description: 'The transcript' },
  }
}
