import { createScrubber, type Scrub } from '../../src/observe/secrets.ts'

export type { Scrub }

const HIDDEN = '[secret]'
/** Servers name a key by its last four characters, which is fine; a part this long is too much of it. */
const SHORTEST_PART = 8

/** Takes out the key in every form, parts of it, and anything that looks like a bearer token or an OpenAI key. */
export function scrubber(key: string | null): Scrub {
  const whole = createScrubber(key === null ? [] : [key])
  const parts = key === null ? new Set<string>() : partsOf(key)
  return (text) =>
    withoutParts(whole(text), parts)
      .replace(/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${HIDDEN}`)
      .replace(/\bsk-[\w*.-]{6,}/g, HIDDEN)
}

function partsOf(key: string): Set<string> {
  const count = Math.max(0, key.length - SHORTEST_PART + 1)
  return new Set(Array.from({ length: count }, (_, start) => key.slice(start, start + SHORTEST_PART)))
}

function withoutParts(text: string, parts: ReadonlySet<string>): string {
  if (parts.size === 0) return text
  const isPart = (start: number): boolean => parts.has(text.slice(start, start + SHORTEST_PART))
  let rest = ''
  let shownTo = 0
  for (let start = 0; start + SHORTEST_PART <= text.length; start++) {
    if (!isPart(start)) continue
    rest += text.slice(shownTo, start) + HIDDEN
    while (isPart(start + 1)) start++
    shownTo = start + SHORTEST_PART
    start = shownTo - 1
  }
  return rest + text.slice(shownTo)
}
