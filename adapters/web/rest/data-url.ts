import type { Problem } from '../problem.ts'

const scheme = 'data:'

export const isDataUrl = (address: string): boolean =>
  address.slice(0, scheme.length).toLowerCase() === scheme

/** The bytes of a data URL (RFC 2397) and the type it claims; throws what `bad` makes of the reason. */
export function bytesIn(
  address: string,
  bad: (words: string) => Problem,
): { readonly type: string; readonly bytes: Uint8Array } {
  const comma = address.indexOf(',')
  if (!isDataUrl(address) || comma < 0)
    throw bad('takes data URLs only: data:, the type, ";base64", a comma, and the file in base64')
  const head = address.slice(scheme.length, Math.min(comma, 1_000)).toLowerCase()
  const type = head.split(';')[0]?.trim() ?? ''
  const body = address.slice(comma + 1)
  if (!/;\s*base64\s*$/.test(head)) return { type, bytes: unescaped(body) }
  // Line breaks and blanks, as mail and many encoders put them in, mean nothing.
  const base64 = (body.includes('%') ? unescaped(body).toString('latin1') : body).replaceAll(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw bad('is not valid base64')
  return { type, bytes: Buffer.from(base64, 'base64') }
}

/** `%41` -> `A`; what is no such code stands for itself. */
function unescaped(text: string): Buffer {
  const bytes = Buffer.from(text)
  let size = 0
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === 0x25 ? bytes.toString('latin1', at + 1, at + 3) : ''
    const isCode = /^[0-9a-f]{2}$/i.test(code)
    bytes[size++] = isCode ? Number.parseInt(code, 16) : (bytes[at] ?? 0)
    if (isCode) at += 2
  }
  return bytes.subarray(0, size)
}
