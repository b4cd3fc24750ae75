import { analyse } from 'chardet'

/** What a text is encoded in, as a label `TextDecoder` takes: by its mark, UTF-8 where it can be that, else by its letters. */
export function encodingOf(bytes: Uint8Array): string {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  const wide = unmarkedUtf16(bytes)
  if (wide !== null) return wide
  if (isUtf8(bytes) && !escapes(bytes)) return 'utf-8'
  return guess(bytes)
}

/** Bytes that are looked at. */
const sample = 64 * 1024

/** Every second byte of Latin text, blanks and line ends in UTF-16 is 0; of all other texts none is. */
function unmarkedUtf16(bytes: Uint8Array): string | null {
  const zeros = [0, 0]
  const looked = Math.min(bytes.length, sample) & ~1
  for (let at = 0; at < looked; at++) if (bytes[at] === 0) zeros[at & 1] = (zeros[at & 1] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const enough = Math.max(1, looked / 40)
  if (odd >= enough && even < odd / 10) return 'utf-16le'
  if (even >= enough && odd < even / 10) return 'utf-16be'
  return null
}

/** Also where a few bytes are damaged, as in a log: what is no UTF-8 has hardly a letter that happens to be valid. */
function isUtf8(bytes: Uint8Array): boolean {
  // As a stream: the last character may be cut through.
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true })
  let letters = 0
  let holes = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0xfffd) holes++
    else if (unit > 0x7f) letters++
  }
  return holes <= letters * mostHoles
}

const mostHoles = 0.05

/** ISO-2022: other alphabets in seven bits, announced by ESC $ or ESC (. */
function escapes(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sample))
  return /\u001b(\$[@AB]|\([BJI])/.test(head.toString('latin1'))
}

function guess(bytes: Uint8Array): string {
  // From the first letter that says something; all before it is ASCII in any of them.
  const from = Math.max(0, bytes.findIndex((byte) => byte > 0x7f) - 256)
  const found = analyse(bytes.subarray(from, from + sample)).find(({ name }) => decodable(name))
  return found === undefined ? western : new TextDecoder(found.name).encoding
}

/** What most programs of the West wrote before UTF-8. */
const western = 'windows-1252'

function decodable(name: string): boolean {
  try {
    return !/^utf/i.test(name) && new TextDecoder(name).encoding !== 'replacement'
  } catch {
    // The library knows encodings that the web's standard does not.
    return false
  }
}
