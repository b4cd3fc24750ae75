/** Why a text is not read aloud, though no provider and no tool failed. `words` are for the person who asked. */
export class Unspeakable extends Error {
  /** `budget`: it is not paid for. */
  readonly kind: 'no_words' | 'budget'
  readonly words: string
  /** Milliseconds until asking again may work; null = waiting doesn't help. */
  readonly retryAfterMs: number | null

  constructor(kind: Unspeakable['kind'], words: string, retryAfterMs: number | null = null) {
    super(words)
    this.name = 'Unspeakable'
    this.kind = kind
    this.words = words
    this.retryAfterMs = retryAfterMs
  }
}

export const noWords =
  'There are no words in it to read aloud. Choose a message or a text that has some: files, pictures and code are not read.'
