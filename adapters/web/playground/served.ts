import { Problem } from '../problem.ts'
import type { ByteRange } from './file-folder.ts'
import type { Attachment } from './message.ts'

/** What browsers may show or play in place; anything else is saved to disk, never opened. */
const inline = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'audio/mpeg',
  'audio/ogg',
  'audio/webm',
  'audio/mp4',
  'audio/aac',
  'audio/flac',
  'audio/wav',
  'audio/x-wav',
])

type Read = (range?: ByteRange) => Promise<ReadableStream<Uint8Array> | null>

/** A file as an answer: all of it, or the range that a player asks for; null when its bytes are gone. */
export async function served(
  file: Attachment,
  wanted: string | undefined,
  read: Read,
): Promise<Response | null> {
  const headers = headersOf(file)
  const range = rangeOf(wanted, file.size)
  if (range === 'beyond')
    throw new Problem(416, `The file has ${file.size} bytes.`, { 'content-range': `bytes */${file.size}` })
  const stream = await read(range ?? undefined)
  if (!stream) return null
  if (range === null)
    return new Response(stream, { headers: { ...headers, 'content-length': String(file.size) } })
  const { start, end } = range
  return new Response(stream, {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${file.size}`,
      'content-length': String(end - start + 1),
    },
  })
}

/** RFC 9110: one range of bytes; several, and what can't be read, are answered with the whole. */
function rangeOf(header: string | undefined, size: number): ByteRange | 'beyond' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '')
    return last === '0' ? 'beyond' : { start: Math.max(0, size - Number(last)), end: size - 1 }
  const [start, end] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
  if (start >= size) return 'beyond'
  return end < start ? null : { start, end }
}

function headersOf(file: Attachment): Record<string, string> {
  const shown = inline.has(file.type)
  return {
    'content-type': shown ? file.type : 'application/octet-stream',
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encoded(file.name)}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
  }
}

/** RFC 8187: what encodeURIComponent leaves as it is and a header may not hold. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
