import type { Clock } from '../../src/ports/clock.ts'
import { MediaError } from '../../src/ports/failure.ts'
import { within } from '../../src/within.ts'

/** How many jobs are done at a time. Heavy ones leave one place to the light, so that nobody's picture waits for an hour of sound. */
export interface Places {
  /** Waits in line. Rejects with a `MediaError` when the line is too long, or doesn't move. */
  enter(heavy: boolean, signal: AbortSignal): Promise<Place>
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

/** Milliseconds in the line. */
const patience = 120_000

export function createPlaces({ clock, most, waiting }: PlacesOptions): Places {
  const inside = { all: 0, heavy: 0 }
  const line: { readonly heavy: boolean; readonly go: () => void }[] = []

  const free = (heavy: boolean): boolean =>
    inside.all < most && (!heavy || inside.heavy < Math.max(1, most - 1))

  function admit(heavy: boolean): Place {
    inside.all++
    if (heavy) inside.heavy++
    return {
      leave() {
        inside.all--
        if (heavy) inside.heavy--
        const next = line.findIndex((each) => free(each.heavy))
        if (next !== -1) line.splice(next, 1)[0]?.go()
      },
    }
  }

  return {
    async enter(heavy, signal) {
      signal.throwIfAborted()
      if (free(heavy)) return admit(heavy)
      if (line.length >= waiting) throw crowded()
      const turn = Promise.withResolvers<Place>()
      const mine = { heavy, go: () => turn.resolve(admit(heavy)) }
      line.push(mine)
      try {
        return await within({ clock, limit: patience, signal, late: crowded }, () => turn.promise)
      } catch (error) {
        const at = line.indexOf(mine)
        if (at !== -1) line.splice(at, 1)
        // Its turn came in the very moment in which it left.
        else void turn.promise.then((place) => place.leave())
        throw error
      }
    },
  }
}

const crowded = (): MediaError =>
  new MediaError('failed', 'too much is being looked at just now; try again in a moment')
