import { distance } from 'fastest-levenshtein'
import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { Intake } from '../ports/intake.ts'
import { knownVoices } from '../speech/voices.ts'
import { TooSlow, within } from '../within.ts'
import type { Catalog } from './catalog.ts'

/** Discord's limit. */
const most = 25

/** Milliseconds. Discord drops what comes later than 3 s, and the person has typed on long before. */
const patienceMs = 1_500

/** Typed letters that are compared: the distance costs length times length. */
const longestTyped = 64

/** What can be chosen while a person types; nothing while the provider can't be asked. */
export function createSuggesting(catalog: Catalog, clock: Clock): Intake['suggest'] {
  return async (what, typed, signal) => {
    switch (what) {
      case 'models':
        return fitting(typed, await modelNames(catalog, clock, signal))
      case 'voices':
        return fitting(typed, knownVoices)
    }
  }
}

async function modelNames(catalog: Catalog, clock: Clock, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const bounds = { clock, limit: patienceMs, signal }
    return (await within(bounds, (own) => catalog.list(own))).map(({ id }) => id)
  } catch (error) {
    signal.throwIfAborted()
    // It is but an offer: whoever sends the name hears what is wrong with the provider.
    if (error instanceof ModelError || error instanceof TooSlow) return []
    throw error
  }
}

/** First the names that begin so, then those that contain it, then those a slip of the finger away. */
export function fitting(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.trim().toLowerCase().slice(0, longestTyped)
  const slips = Math.floor(wanted.length / 3)
  return names
    .map((name) => ({ name, far: farFrom(wanted, name.toLowerCase()) }))
    .filter(({ far }) => far <= slips + 1)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name)
}

/** 0: it begins so. 1: it contains it. Else the letters that differ from its beginning or the whole, and one. */
function farFrom(wanted: string, name: string): number {
  if (name.startsWith(wanted)) return 0
  if (name.includes(wanted)) return 1
  const short = name.slice(0, longestTyped)
  return 1 + Math.min(distance(wanted, short), distance(wanted, short.slice(0, wanted.length)))
}
