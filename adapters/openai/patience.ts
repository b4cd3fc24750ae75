import type { Timeouts } from './connection.ts'
import type { StreamedEvent } from './finish.ts'

/** `work`: the model began something that brings no words for a while. */
export type Sign = StreamedEvent['kind'] | 'work'

/**
 * How long the next event may take, in milliseconds, after what came last. Words follow each other closely; before
 * them, and between them where the model thinks again or uses a tool, a healthy stream may be silent for minutes.
 */
export function patience({
  thinkingMs,
  silenceMs,
}: Pick<Timeouts, 'thinkingMs' | 'silenceMs'>): (signs: readonly Sign[]) => number {
  let limit = thinkingMs
  return (signs) => {
    for (const sign of signs) {
      if (sign === 'text') limit = silenceMs
      if (sign === 'work' || sign === 'reasoning' || sign === 'tool' || sign === 'image') limit = thinkingMs
    }
    return limit
  }
}
