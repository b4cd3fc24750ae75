import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createLosses, type Loss, type Losses } from './losses.ts'
import type { Acquaintance } from './places.ts'
import { micros } from './ts.ts'

/**
 * How far each workspace was heard, what is missing before that, and where people talk there. Kept in the store, a second
 * behind at most. Times in microseconds.
 */
export interface Cursor {
  /**
   * Reads what the last process left: since then something is missing. The very first time nothing is. Waits for the
   * store as long as it must; rejects with the signal's reason.
   */
  open(team: string, signal: AbortSignal): Promise<void>
  /** This was taken in. */
  reach(team: string, at: number): void
  /** Something is missing since the last that was taken in, but not since before `since`. */
  gap(team: string, since: number): void
  /** This is missing, whatever was taken in after it. In too many places: all since then is. */
  lose(team: string, loss: Loss): void
  /** They stay lost until they are `regained`. */
  losses(team: string): readonly Loss[]
  regained(team: string, losses: readonly Loss[]): void
  /** Whether `take` would give more. */
  isMissing(team: string): boolean
  /** Since when something is missing, which is looked for now; null = nothing is. It stays missing until `found`. */
  take(team: string): number | null
  /** What was taken to be looked for. What else was found missing meanwhile still is. */
  found(team: string): void
  note(team: string, where: Acquaintance, at: number): void
  /** The latest first. */
  acquaintances(team: string): readonly Acquaintance[]
  /** Keeps what moved, once a second, until the signal aborts; the last time then. Never rejects. */
  keep(signal: AbortSignal): Promise<void>
}

interface Stored {
  readonly reach: number | null
  readonly missing: number | null
  /** Channel, thread, the last time. */
  readonly places: readonly (readonly [string, string, number])[]
  readonly losses?: readonly Loss[]
}

interface State {
  reach: number | null
  missing: number | null
  taken: number | null
  /** The latest last, as a Map keeps them. */
  readonly places: Map<string, readonly [string, string, number]>
  readonly losses: Losses
  opening: Promise<void> | null
  /** Before that nothing is written over what the last process left. */
  isOpen: boolean
  moved: boolean
}

const everyMs = 1_000
const retryMs = 2_000
/** The latest this many are asked for what was missed. */
const remembered = 500
/** Milliseconds after which a thread that rests is forgotten. */
const rest = 7 * 24 * 3_600_000
/** Milliseconds. The very first start counts from a little before, in case the clocks differ. */
const beginning = 60_000

const keyOf = (team: string): string => `slack:heard:${team}`
const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

export function createCursor(parts: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
}): Cursor {
  const { store, clock, log } = parts
  /** By workspace. Bounded by the workspaces Parley is installed in. */
  const states = new Map<string, State>()

  function stateOf(team: string): State {
    const known = states.get(team)
    if (known) return known
    const made: State = {
      reach: null,
      missing: null,
      taken: null,
      places: new Map(),
      losses: createLosses(),
      opening: null,
      isOpen: false,
      moved: false,
    }
    states.set(team, made)
    return made
  }

  async function load(team: string, state: State): Promise<void> {
    const kept = await store.get<Stored>(keyOf(team))
    const before = Array.isArray(kept?.places) ? kept.places : []
    for (const loss of Array.isArray(kept?.losses) ? kept.losses : []) lose(state, loss)
    const now = [...state.places.values()]
    state.places.clear()
    for (const place of [...before, ...now]) remember(state, place)
    const reached = kept?.reach ?? null
    // What this process heard already says nothing of what came before it.
    state.missing = least(state.missing, least(kept?.missing ?? null, reached))
    state.reach = reached ?? micros(clock.now() - beginning)
    state.isOpen = true
    state.moved = true
  }

  function lose(state: State, loss: Loss): void {
    state.missing = least(state.missing, state.losses.add(loss))
  }

  function remember(state: State, place: readonly [string, string, number]): void {
    const key = `${place[0]}/${place[1]}`
    const last = Math.max(place[2], state.places.get(key)?.[2] ?? 0)
    state.places.delete(key)
    state.places.set(key, [place[0], place[1], last])
    const [oldest] = state.places.keys()
    if (oldest !== undefined && state.places.size > remembered) state.places.delete(oldest)
  }

  async function save(team: string, state: State): Promise<void> {
    if (!state.moved || !state.isOpen) return
    state.moved = false
    const since = micros(clock.now() - rest)
    try {
      await store.set(keyOf(team), {
        reach: state.reach,
        missing: least(state.missing, state.taken),
        places: [...state.places.values()].filter(([, , at]) => at > since),
        losses: state.losses.all(),
      } satisfies Stored)
    } catch (error) {
      state.moved = true
      log.warn({ err: error }, 'How far Slack was heard could not be kept; trying again')
    }
  }

  const change = (team: string, to: (state: State) => void): void => {
    const state = stateOf(team)
    to(state)
    state.moved = true
  }

  return {
    open: async (team, signal) => {
      const state = stateOf(team)
      while (!state.isOpen) {
        state.opening ??= load(team, state).finally(() => {
          state.opening = null
        })
        try {
          await state.opening
        } catch (error) {
          signal.throwIfAborted()
          log.warn({ err: error }, 'How far Slack was heard could not be read; trying again')
          await clock.sleep(retryMs, signal)
        }
      }
    },
    reach: (team, at) =>
      change(team, (state) => {
        state.reach = Math.max(state.reach ?? 0, at)
      }),
    gap: (team, since) =>
      change(team, (state) => {
        // Opening is a gap in itself.
        if (state.isOpen) state.missing = least(state.missing, Math.max(state.reach ?? 0, since))
      }),
    lose: (team, loss) => change(team, (state) => lose(state, loss)),
    losses: (team) => stateOf(team).losses.all(),
    regained: (team, found) => change(team, ({ losses }) => losses.remove(found)),
    isMissing: (team) => stateOf(team).missing !== null,
    take: (team) => {
      const state = stateOf(team)
      state.taken = least(state.taken, state.missing)
      state.missing = null
      return state.taken
    },
    found: (team) =>
      change(team, (state) => {
        state.taken = null
      }),
    note: (team, { channel, thread }, at) => change(team, (state) => remember(state, [channel, thread, at])),
    acquaintances: (team) =>
      [...stateOf(team).places.values()].reverse().map(([channel, thread]) => ({ channel, thread })),
    keep: async (signal) => {
      while (!signal.aborted) {
        await clock.sleep(everyMs, signal).catch(() => undefined) // stopping: once more, then out
        for (const [team, state] of states) await save(team, state)
      }
    },
  }
}
