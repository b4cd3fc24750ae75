/** Why a question was not put to the model; `words` are for the person who asked and say what to do. */
export class Refused extends Error {
  /** `busy`: there is no room for it now. */
  readonly kind: 'access' | 'budget' | 'busy' | 'too_long' | 'bad_input' | 'unknown_model'
  readonly words: string
  /** Milliseconds until asking again may work. */
  readonly retryAfterMs: number | null

  constructor(kind: Refused['kind'], words: string, retryAfterMs: number | null = null) {
    super(words)
    this.name = 'Refused'
    this.kind = kind
    this.words = words
    this.retryAfterMs = retryAfterMs
  }
}
