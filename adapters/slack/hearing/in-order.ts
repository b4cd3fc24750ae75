import { createTurnstile } from '../../../src/turnstile.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Incoming } from './incoming.ts'

/**
 * What belongs together goes in the order in which it came; what has to be known for it is asked for at once. Call it
 * before the first await: an edit has less to be asked for than its question, and would overtake it. null: it is for nobody.
 */
export type InOrder = <T>(
  message: Incoming,
  prepared: Promise<T | null>,
  take: (prepared: T) => Promise<void>,
) => Promise<void>

export function createInOrder(): InOrder {
  const inTurn = createTurnstile()
  return ({ channel, thread, ts }, prepared, take) => {
    const place = isBetweenTwo(channel) ? '' : (thread ?? ts)
    // Heard again in its turn.
    prepared.catch(() => undefined)
    return inTurn(JSON.stringify([channel, place]), async () => {
      const known = await prepared
      if (known !== null) await take(known)
    })
  }
}
