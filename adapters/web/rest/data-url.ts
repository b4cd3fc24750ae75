import type { Problem } from '../problem.ts'

/** The bytes of a base64 data URL and the type it claims; throws what `bad` makes of the reason. */
export function bytesIn(
  address: string,
  bad: (words: string) => Problem,
): { readonly type: string; readonly bytes: Uint8Array } {
  const comma = address.indexOf(',')
  const head = comma < 0 ? '' : address.slice('data:'.length, Math.min(comma, 200)).toLowerCase()
  if (!address.startsWith('data:') || !head.endsWith(';base64')) throw bad('takes data URLs in base64 only')
  const base64 = address.slice(comma + 1)
  if (base64 === '') throw bad('is empty')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw bad('is not valid base64')
  return { type: head.split(';')[0] ?? '', bytes: Buffer.from(base64, 'base64') }
}
