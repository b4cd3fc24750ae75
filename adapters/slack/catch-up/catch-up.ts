import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { Installation, Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import { createCursor } from './cursor.ts'
import type { Channel, EventBody } from './happenings.ts'
import { listChannels } from './listing.ts'
import { lookThrough, type Search, type Searched } from './looking.ts'
import { lossIn } from './losses.ts'
import { createOrder } from './order.ts'
import { createPatience } from './patience.ts'
import { goThrough } from './round.ts'
import { margin, searchesFor, searchesIn, windowSince } from './searches.ts'
import { micros, microsOf } from './ts.ts'

/** Fetches what was said while nobody listened: after a start, and after a gap in which there was no connection. */
export interface CatchUp {
  /** This message was taken in, and all before it that arrived. `thread`: of the message under which it stands. */
  heard(team: string, channel: string, ts: string, thread: string | null): void
  /** This event could not be taken in. Slack may deliver it again, but not for ever: after a while it is fetched. */
  lost(body: EventBody): void
  /**
   * Nobody listened for `gapMs` milliseconds until now; null: since the last message taken in, perhaps by another
   * process. Works until nothing is missing or the signal aborts; never rejects.
   */
  run(gapMs?: number | null): Promise<void>
  /** Keeps how far it came until the signal aborts. Never rejects. */
  keep(): Promise<void>
}

/** Milliseconds. After so short a gap only the threads in which people talked last are looked through. */
const brief = 60_000
const mostAfterBrief = 40
/** Channels of one workspace that are looked through, the latest first. */
const mostChannels = 1_000
/** Milliseconds until what was lost is fetched; Slack's own first deliveries come before that. */
const lostPause = 90_000

export function createCatchUp(parts: {
  readonly hear: (body: EventBody) => Promise<void>
  readonly installations: Pick<Installations, 'all'>
  readonly call: PacedCall
  /** For the places in which something was missed most likely; absent = `call`. */
  readonly soon?: PacedCall
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything. */
  readonly signal: AbortSignal
}): CatchUp {
  const { installations, clock, log, signal } = parts
  const cursor = createCursor(parts)
  /** By workspace. */
  const rounds = new Map<string, Promise<void>>()
  const opened = new Set<string>()
  const order = createOrder()
  /** By workspace: ends the look that another gap made incomplete. */
  const outdating = new Map<string, AbortController>()
  const patiently = createPatience(parts)
  /** Channels of which something fetched is being heard: it says nothing of how far the connections heard. */
  const fetching = new Set<unknown>()
  let isFetchDue = false
  let starting = 0
  let taken = 0

  function hear(body: EventBody): Promise<void> {
    const { channel } = body.event as { readonly channel?: unknown }
    fetching.add(channel)
    return parts.hear(body).finally(() => fetching.delete(channel))
  }

  async function round(installation: Installation): Promise<void> {
    const { team } = installation
    try {
      opened.add(team)
      await cursor.open(team, signal)
      for (;;) {
        const losses = cursor.losses(team)
        if (losses.length > 0) {
          await look(searchesFor(installation, losses, clock.now()))
          cursor.regained(team, losses)
        }
        const since = cursor.take(team)
        if (since !== null) await lookSince(since, installation)
        else if (cursor.losses(team).length === 0) return
      }
    } finally {
      // In the same breath as the last look: what is missing from now on makes another round.
      rounds.delete(team)
    }
  }

  async function lookSince(since: number, installation: Installation): Promise<void> {
    const { team } = installation
    const start = micros(clock.now() - margin)
    const window = windowSince(since, clock.now())
    const channels = await listed(installation)
    const most = micros(clock.now() - brief) < window.known ? mostAfterBrief : undefined
    const places = cursor.acquaintances(team).slice(0, most)
    const searches = searchesIn(installation, channels, places, window)
    const known = new Set(places.map(({ channel }) => channel)).size
    if (searches.length > mostChannels)
      log.warn({ team, channels: searches.length }, `Parley catches up in ${mostChannels} channels only`)
    const { likely, others } = order.of(searches.slice(0, mostChannels), known)
    // After another gap the likely ones come first again: nothing that waits for its turn holds them up.
    const outdated = new AbortController()
    outdating.set(team, outdated)
    const limited = AbortSignal.any([signal, outdated.signal])
    try {
      await look(likely, limited, parts.soon)
      await look(others, limited)
    } catch (error) {
      if (signal.aborted || !outdated.signal.aborted) throw error
    }
    if (cursor.isMissing(team)) return
    cursor.found(team)
    cursor.reach(team, start)
    log.debug({ team, channels: channels.length }, 'Nothing said in Slack is missing any more')
  }

  function look(searches: readonly Search[], limited = signal, call = parts.call): Promise<void> {
    async function search(what: Search, past: boolean): Promise<Searched> {
      const at = clock.elapsed()
      const searched = await lookThrough(what, past, { call, hear, log, signal: limited })
      if (searched.kind === 'done') order.done(what, at)
      return searched
    }
    return goThrough(searches, search, { clock, log, signal: limited, taken: () => taken })
  }

  const listed = (installation: Installation): Promise<readonly Channel[]> =>
    patiently('Where Parley is in Slack could not be found out', async () => {
      const got = await listChannels(installation, parts)
      if (got.kind === 'done') return got.body
      if (got.passing) throw got.cause
      log.warn({ team: installation.team, error: got.error }, 'Slack does not tell where Parley is')
      return []
    })

  function catchUpIn(installation: Installation): Promise<void> {
    const { team } = installation
    // What runs looks for what was found missing meanwhile, too.
    const running = rounds.get(team) ?? round(installation)
    rounds.set(team, running)
    return running
  }

  /** Never rejects. */
  async function lookEverywhere(): Promise<void> {
    starting++
    try {
      const all = await patiently('Where Parley is installed could not be found out', () =>
        installations.all(signal),
      ).finally(() => starting--)
      await Promise.all(all.map(catchUpIn))
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'Catching up in Slack failed')
    }
  }

  return {
    heard: (team, channel, ts, thread) => {
      const at = microsOf(ts)
      if (at === null) return
      taken++
      cursor.note(team, { channel, thread: thread ?? ts }, at)
      if (!fetching.has(channel)) cursor.reach(team, at)
      if (opened.has(team) || starting > 0) return
      // Installed while Parley runs.
      opened.add(team)
      cursor.open(team, signal).catch(() => undefined) // stopped
    },
    lost: (body) => {
      const lost = lossIn(body)
      if (lost === null) return
      cursor.lose(lost.workspace, lost.loss)
      if (isFetchDue) return
      isFetchDue = true
      clock.sleep(lostPause, signal).then(
        () => {
          isFetchDue = false
          void lookEverywhere()
        },
        () => undefined, // stopped: the next process finds it missing
      )
    },
    run: (gapMs = null) => {
      const since = gapMs === null ? 0 : micros(clock.now() - gapMs - margin)
      // At once: what is heard from now on lies behind the gap.
      for (const team of opened) {
        cursor.gap(team, since)
        if (cursor.isMissing(team)) outdating.get(team)?.abort(new Error('There was another gap'))
      }
      return lookEverywhere()
    },
    keep: () => cursor.keep(signal),
  }
}
