/** Whole characters of a text that comes in pieces. */
export interface Characters {
  /** What `delta` completes: a half character at its end waits for its other half, for alone it is no text. */
  of(delta: string): string
}

export function createCharacters(): Characters {
  let half = ''
  return {
    of(delta) {
      const text = half + delta
      half = endsInHalfPair(text) ? text.slice(-1) : ''
      return half === '' ? text : text.slice(0, -1)
    },
  }
}

function endsInHalfPair(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}
