const quote = 0x22
const backslash = 0x5c
const dataPrefix = [0x64, 0x61, 0x74, 0x61, 0x3a] // data:

export type ScanVerdict = 'ok' | 'too_much_text' | 'too_deep'

/**
 * Looks at JSON while it arrives: counts the bytes outside strings that begin with `data:`, in any case (pictures and files),
 * and the nesting. So a body is refused as soon as it is known to be too much, before anything is parsed.
 */
export function createJsonScan(limits: { text: number; depth: number }): (chunk: Uint8Array) => ScanVerdict {
  let text = 0
  let depth = 0
  let inString = false
  let escaped = false
  /** How much of `data:` the string has begun with; -1 once it turned out to be another. */
  let matched = -1

  function within(byte: number): void {
    if (escaped) {
      escaped = false
      matched = matched === dataPrefix.length ? matched : -1
    } else if (byte === backslash) escaped = true
    else if (byte === quote) inString = false
    else if (matched >= 0 && matched < dataPrefix.length)
      matched = (byte | 0x20) === dataPrefix[matched] ? matched + 1 : -1
  }

  function outside(byte: number): void {
    if (byte === quote) {
      inString = true
      matched = 0
    } else if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) depth--
  }

  return (chunk) => {
    for (const byte of chunk) {
      if (!inString || matched !== dataPrefix.length) text++
      if (inString) within(byte)
      else outside(byte)
      if (depth > limits.depth) return 'too_deep'
    }
    return text > limits.text ? 'too_much_text' : 'ok'
  }
}
