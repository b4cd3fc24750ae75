import type { Control, Part, Platform } from '../ports/platform.ts'

/** What an answer is made of, as far as buttons are about it. */
export interface Controlled {
  /** It has words, which can be read aloud. */
  readonly words: boolean
  /** A recording was heard for it, maybe wrong. */
  readonly heard: boolean
}

/** The buttons under an answer; never more than the five that stand in one row on Discord, thumbs being two. */
export function controlsOf(
  platform: Platform,
  isPrivate: boolean,
  state: Part['state'],
  { words, heard }: Controlled,
): readonly Control[] {
  if (!platform.can.buttons || isPrivate) return []
  const correct: readonly Control[] = heard ? ['correct'] : []
  switch (state) {
    case 'writing':
      return ['stop']
    case 'done':
      return ['regenerate', ...(words ? (['read_aloud'] as const) : []), ...correct, 'thumbs']
    case 'stopped':
      return ['regenerate', ...correct, 'thumbs']
    case 'failed':
      return ['retry']
  }
}
