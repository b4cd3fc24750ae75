import type { Clock } from '../ports/clock.ts'
import type { Outcome } from '../ports/outcome.ts'
import { within } from '../within.ts'
import type { Obstacle } from './delivered.ts'
import { type Enclosed, refusedWords } from './enclosed.ts'
import type { Shows } from './plan.ts'
import type { Slots } from './slots.ts'
import type { Tries } from './tries.ts'

interface Unsendable {
  readonly clock: Clock
  readonly slots: Slots
  readonly enclosed: Enclosed
  readonly tries: Pick<Tries, 'failed'>
  readonly signal: AbortSignal
  saved(save: () => Promise<void>): Promise<null>
}

/** To make a voice message's sound once more, as an ordinary file. */
const AGAIN_MS = 120_000

const TOO_LARGE = '*The file is too large to be sent here.*'

/** A sound or a picture could not be sent, or changed, as it is. Null: it goes on otherwise. */
export async function concludeUnsendable(
  { clock, slots, enclosed, tries, signal, saved }: Unsendable,
  { index, part, mark }: Shows,
  outcome: Outcome & { kind: 'no_file' | 'no_voice' | 'too_long' | 'fixed' | 'out_of_reach' },
): Promise<Obstacle | null> {
  const id = mark?.id ?? ''
  switch (outcome.kind) {
    // The message stands as it was; the newest goes into another one, and this one is removed.
    case 'fixed':
    case 'out_of_reach':
      return saved(() => slots.replace(index))
    case 'no_file':
    case 'too_long':
      // Even the words are not taken: they are shorter than any message may be.
      if (!part.file) return { kind: 'too_long' }
      enclosed.refuse(id, outcome.kind === 'no_file' ? refusedWords(outcome.why) : TOO_LARGE)
      if (part.state === 'writing') enclosed.blind()
      return null
    case 'no_voice': {
      const plain = enclosed.of(id)?.plain
      // What was no voice message, or is none any more.
      if (!plain || !part.file || part.file.kind === 'text' || !part.file.voice) {
        enclosed.refuse(id, refusedWords(outcome.why))
        return null
      }
      try {
        enclosed.instead(id, await within({ clock, limit: AGAIN_MS, signal }, plain))
        return null
      } catch (error) {
        signal.throwIfAborted()
        const words = wordsOf(error)
        if (words === null) return tries.failed(error)
        enclosed.refuse(id, `*No voice messages can be sent here, and the sound as a file: ${words}*`)
        return null
      }
    }
  }
}

/** Errors that are meant for people have them. */
const wordsOf = (error: unknown): string | null =>
  error instanceof Error && 'words' in error && typeof error.words === 'string' ? error.words : null
