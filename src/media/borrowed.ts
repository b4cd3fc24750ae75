import type { SoundFacts } from '../ports/media-tools.ts'
import type { Heard, SoundAsked, Unheard } from './hearing.ts'
import { estimated } from './transcript-lines.ts'

/** The platform's own transcript, in the place of one that can't be had. null: it has none. */
export function borrowed(
  { transcript = '', seconds: claimed = 0 }: SoundAsked,
  facts: SoundFacts | null,
  { budget }: Unheard,
): Heard | null {
  const text = transcript.trim()
  if (text === '') return null
  const { seconds } = facts ?? { seconds: claimed }
  const lines = estimated(text, { from: 0, seconds })
  const heard: Heard = { kind: 'heard', text, language: null, seconds, lines, borrowed: true }
  return budget === undefined ? heard : { ...heard, unpaid: true }
}
