import type { Ruler } from './splitter.ts'

/** How much each message of an answer takes. */
export interface Room {
  of(index: number): Ruler
  /** The platform takes less than it declared: of this message and, the first time, of all that follow. */
  shrink(index: number, limit: number): void
}

/**
 * A platform may find one text too long for reasons of its own. From the first time on all messages are shorter;
 * further ones are taken for exceptions, lest each shortens all that follow and the answer ends in a file.
 */
export function createRoom(declared: Ruler): Room {
  const { measure } = declared
  const exceptions = new Map<number, number>()
  let usual = declared.limit
  return {
    of: (index) => ({ measure, limit: Math.min(usual, exceptions.get(index) ?? usual) }),
    shrink(index, limit) {
      const least = Math.max(1, limit)
      exceptions.set(index, least)
      if (usual === declared.limit) usual = Math.min(usual, least)
    },
  }
}

/** The room that `words` above a message leave. */
export function roomUnder(words: string, { limit, measure }: Ruler): Ruler {
  return words === '' ? { limit, measure } : { limit, measure: (markdown) => measure(under(words, markdown)) }
}

export function under(words: string, markdown: string): string {
  return words === '' || markdown === '' ? markdown : `${words}\n\n${markdown}`
}
