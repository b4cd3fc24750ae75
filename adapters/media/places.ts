import type { Clock } from '../../src/ports/clock.ts'
import { MediaError } from '../../src/ports/failure.ts'
import { within } from '../../src/within.ts'

/**
 * How many jobs are done at a time. Heavy ones leave one place to the light, so that nobody's picture waits for an hour of
 * sound; and those who wait take turns, so that nobody waits for another's ten files.
 */
export interface Places {
  /** Waits in line. Rejects with a `MediaError` when the line is too long, or doesn't move. */
  enter(heavy: boolean, signal: AbortSignal, whose?: string): Promise<Place>
}

export interface Place {
  leave(): void
}

export interface PlacesOptions {
  readonly clock: Clock
  readonly most: number
  /** Waiting at once. */
  readonly waiting: number
}

interface Waiting {
  readonly heavy: boolean
  /** Absent: nobody's in particular. */
  readonly whose: string | undefined
  readonly came: number
  readonly go: () => void
}

/** Milliseconds in the line. */
const patience = 120_000

export function createPlaces({ clock, most, waiting }: PlacesOptions): Places {
  const inside = { all: 0, heavy: 0 }
  const line: Waiting[] = []
  /** When each of those in the line was last let in. */
  const served = new Map<string, number>()
  /** Counts comings and goings. */
  let now = 0

  const free = (heavy: boolean): boolean =>
    inside.all < most && (!heavy || inside.heavy < Math.max(1, most - 1))

  function admit(heavy: boolean): Place {
    inside.all++
    if (heavy) inside.heavy++
    return {
      leave() {
        inside.all--
        if (heavy) inside.heavy--
        const next = nextInLine()
        if (next === undefined) return
        drop(next)
        if (next.whose !== undefined && waits(next.whose)) served.set(next.whose, ++now)
        next.go()
      },
    }
  }

  /** Who has waited longest, counted from when they last got a place. */
  function nextInLine(): Waiting | undefined {
    const since = ({ whose, came }: Waiting): number => Math.max(came, served.get(whose ?? '') ?? 0)
    return line.filter(({ heavy }) => free(heavy)).toSorted((a, b) => since(a) - since(b))[0]
  }

  function drop(one: Waiting): void {
    line.splice(line.indexOf(one), 1)
    if (one.whose !== undefined && !waits(one.whose)) served.delete(one.whose)
  }

  const waits = (someone: string): boolean => line.some(({ whose }) => whose === someone)

  return {
    async enter(heavy, signal, whose) {
      signal.throwIfAborted()
      if (free(heavy)) return admit(heavy)
      if (line.length >= waiting) throw crowded()
      const turn = Promise.withResolvers<Place>()
      const mine: Waiting = { heavy, whose, came: ++now, go: () => turn.resolve(admit(heavy)) }
      line.push(mine)
      try {
        return await within({ clock, limit: patience, signal, late: crowded }, () => turn.promise)
      } catch (error) {
        if (line.includes(mine)) drop(mine)
        // Its turn came in the very moment in which it left.
        else void turn.promise.then((place) => place.leave())
        throw error
      }
    },
  }
}

const crowded = (): MediaError =>
  new MediaError('failed', 'too much is being looked at just now; try again in a moment')
