import type { Clock } from '../ports/clock.ts'
import { createTurnstile } from '../turnstile.ts'
import { within } from '../within.ts'

/** Those for whom there is no room at the moment, in lines: whoever is first in one tries again, then the next. */
export interface Crowd {
  waitsIn(line: string): boolean
  /** null: time is up, or too many wait already. Rejects with the signal's reason, or what `attempt` rejects with. */
  wait<T>(visitor: Visitor<T>, signal: AbortSignal): Promise<T | null>
}

export interface Visitor<T> {
  readonly line: string
  /** In its line at once, this one included. */
  readonly most: number
  /** null: there is still no room. */
  attempt(): Promise<T | null>
  /** Takes back what came when nobody waited for it any more; may be called twice. */
  undo(): Promise<void>
}

export interface Patience {
  /** Milliseconds, for each. */
  readonly limitMs: number
  /** Milliseconds between two tries of whoever is first. */
  readonly againMs: number
}

/** Twice the turns that are answered at once by default. */
const mostWaiting = 1_000

export function createCrowd(clock: Clock, { limitMs, againMs }: Patience): Crowd {
  const inTurn = createTurnstile()
  const waiting = new Set<{ readonly line: string }>()
  const lengthOf = (line: string): number => [...waiting].filter((other) => other.line === line).length
  const timeUp = new Error('Nobody made room in time')

  return {
    waitsIn: (line) => lengthOf(line) > 0,

    async wait({ line, most, attempt, undo }, signal) {
      if (waiting.size >= mostWaiting || lengthOf(line) >= most) return null
      const me = { line }
      waiting.add(me)
      let came = false
      try {
        return await within({ clock, limit: limitMs, signal, late: () => timeUp }, (own) =>
          inTurn(line, async () => {
            for (;;) {
              own.throwIfAborted()
              const result = await attempt()
              came = result !== null
              if (came && !own.aborted) return result
              if (came) await undo()
              else await clock.sleep(againMs, own)
            }
          }),
        )
      } catch (error) {
        if (came) await undo()
        if (error === timeUp) return null
        throw error
      } finally {
        waiting.delete(me)
      }
    },
  }
}
