import type { Store } from '../../../src/ports/store.ts'
import type { Turnstile } from '../../../src/turnstile.ts'
import type { Installation } from './installation.ts'

/** An installation as the store keeps it: plain, as the database file is for its owner alone. */
export interface Kept extends Installation {
  /** With token rotation. */
  readonly rotation?: {
    /** Secret; good for one use. */
    readonly refreshToken: string
    /** When the token ends: milliseconds since the epoch. */
    readonly expiresAt: number
  }
}

export interface KeptInstallations {
  get(team: string): Promise<Kept | null>
  /** Durable when it resolves. */
  put(kept: Kept): Promise<void>
  remove(team: string): Promise<void>
  all(): Promise<readonly Kept[]>
}

const keyOf = (team: string): string => `slack:installation:${team}`
/** A Store has no listing. */
const listKey = 'slack:installations'

export function createKeptInstallations(store: Store, turnstile: Turnstile): KeptInstallations {
  const list = async (): Promise<readonly string[]> => (await store.get<readonly string[]>(listKey)) ?? []
  const change = (to: (teams: readonly string[]) => readonly string[]): Promise<void> =>
    turnstile(listKey, async () => {
      const before = await list()
      const after = to(before)
      if (after.length !== before.length) await store.set(listKey, after)
    })

  return {
    get: async (team) => (await store.get<Kept>(keyOf(team))) ?? null,
    put: async (kept) => {
      await store.set(keyOf(kept.team), kept)
      await change((teams) => (teams.includes(kept.team) ? teams : [...teams, kept.team]))
    },
    // The list last: a name in it without an installation does no harm.
    remove: async (team) => {
      await store.delete(keyOf(team))
      await change((teams) => teams.filter((one) => one !== team))
    },
    all: async () => {
      const teams = await list()
      const kept = teams.length === 0 ? [] : await store.getMany<Kept>(teams.map(keyOf))
      return kept.filter((one) => one !== undefined)
    },
  }
}
