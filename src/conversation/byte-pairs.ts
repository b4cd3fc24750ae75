/**
 * A byte pair encoding for counting: a text's bytes are merged, the pair of the lowest rank first, until no two
 * neighbours make a token. Kept as bytes beside a hash table, 5 MB for 200,000 tokens: as strings in a Map they take
 * 35, and 65 while they are loaded.
 */
export interface BytePairs {
  /**
   * Tokens of a piece whose ends no token crosses. Takes its length squared where it is not one token; throws for more
   * than 32,768 UTF-16 units.
   */
  count(piece: string): number
}

const LONGEST_PIECE = 32_768
/** Of a UTF-16 unit in UTF-8. */
const MOST_BYTES = 3

const NONE = -1

/** `lines`: a token a line, in base64, a blank, its rank; the ranks count from 0. Throws for anything else. */
export function readBytePairs(lines: Uint8Array): BytePairs {
  const { bytes, ends } = read(lines)
  const size = ends.length
  const slots = 2 ** Math.ceil(Math.log2(size * 2))
  const table = new Int32Array(slots).fill(NONE)
  const startOf = (rank: number): number => (rank === 0 ? 0 : (ends[rank - 1] ?? 0))

  for (let rank = 0; rank < size; rank++) {
    let slot = hash(bytes, startOf(rank), ends[rank] ?? 0) & (slots - 1)
    while (table[slot] !== NONE) slot = (slot + 1) & (slots - 1)
    table[slot] = rank
  }

  const encoder = new TextEncoder()
  const text = new Uint8Array(LONGEST_PIECE * MOST_BYTES)

  function rankOf(from: number, to: number): number {
    let slot = hash(text, from, to) & (slots - 1)
    for (;;) {
      const rank = table[slot] ?? NONE
      if (rank === NONE) return NONE
      const start = startOf(rank)
      let at = 0
      if ((ends[rank] ?? 0) - start === to - from)
        for (; at < to - from && bytes[start + at] === text[from + at]; at++);
      if (at === to - from) return rank
      slot = (slot + 1) & (slots - 1)
    }
  }

  function merge(length: number): number {
    // Where the parts begin, and the rank of each with the one behind it.
    const starts = Array.from({ length: length + 1 }, (_, at) => at)
    const rank = (part: number): number => {
      const end = starts[part + 2]
      return end === undefined ? NONE : rankOf(starts[part] ?? 0, end)
    }
    const ranks = starts.map((_, part) => rank(part))
    for (;;) {
      let best = NONE
      for (let part = 0; part < ranks.length; part++) {
        const one = ranks[part] ?? NONE
        if (one !== NONE && (best === NONE || one < (ranks[best] ?? NONE))) best = part
      }
      if (best === NONE) return starts.length - 1
      starts.splice(best + 1, 1)
      ranks.splice(best + 1, 1)
      ranks[best] = rank(best)
      if (best > 0) ranks[best - 1] = rank(best - 1)
    }
  }

  return {
    count(piece) {
      if (piece.length > LONGEST_PIECE) throw new RangeError('The piece is too long to be merged')
      const { written } = encoder.encodeInto(piece, text)
      return written === 0 ? 0 : rankOf(0, written) === NONE ? merge(written) : 1
    },
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let hashed = 0x811c9dc5
  for (let at = from; at < to; at++) hashed = Math.imul(hashed ^ (bytes[at] ?? 0), 0x01000193)
  return hashed ^ (hashed >>> 15)
}

const [BLANK, NEWLINE, PADDING, ZERO] = [32, 10, 61, 48]
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** All tokens' bytes in the order of their ranks, and where each ends. */
function read(lines: Uint8Array): { readonly bytes: Uint8Array; readonly ends: Uint32Array } {
  const digits = new Int8Array(256).fill(NONE)
  for (let value = 0; value < ALPHABET.length; value++) digits[ALPHABET.charCodeAt(value)] = value
  const bytes = new Uint8Array(lines.length)
  const ends: number[] = []
  let written = 0
  for (let at = 0; at < lines.length; at++) {
    let [held, bits] = [0, 0]
    for (; lines[at] !== BLANK; at++) {
      if (lines[at] === PADDING) continue
      const digit = digits[lines[at] ?? 0] ?? NONE
      if (digit === NONE) throw new Error(`Byte ${at} of the encoding is not base64`)
      held = ((held << 6) | digit) & 0xffff
      bits += 6
      if (bits < 8) continue
      bits -= 8
      bytes[written++] = held >> bits
    }
    let rank = 0
    for (at++; at < lines.length && lines[at] !== NEWLINE; at++) rank = rank * 10 + (lines[at] ?? 0) - ZERO
    if (rank !== ends.length)
      throw new Error(`The encoding names rank ${rank} in the place of ${ends.length}`)
    ends.push(written)
  }
  return { bytes: bytes.slice(0, written), ends: Uint32Array.from(ends) }
}
