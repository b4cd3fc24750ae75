import type { Installation } from '../installations/installation.ts'
import type { Channel, Window } from './happenings.ts'
import type { Search } from './looking.ts'
import type { Loss } from './losses.ts'
import type { Acquaintance } from './places.ts'
import { micros } from './ts.ts'

/** Milliseconds. Messages of different channels arrive out of order by no more than this; so do clocks differ. */
export const margin = 10_000
/** Milliseconds. Nobody waits for an answer that long. */
const oldest = 24 * 3_600_000

/** `since`: microseconds. `now`: milliseconds. */
export function windowSince(since: number, now: number): Window {
  const known = Math.max(since, micros(now - oldest))
  return { after: known - micros(margin), known }
}

/** Of a channel that was not listed. What is not known to be Parley's own company's alone may be shared. */
const unlisted = (id: string): Channel => ({ id, kind: id.startsWith('D') ? 'im' : 'channel', shared: true })

/** Everywhere, where people talked lately first. */
export function searchesIn(
  installation: Installation,
  channels: readonly Channel[],
  acquaintances: readonly Acquaintance[],
  window: Window,
): readonly Search[] {
  const listed = new Map(channels.map((channel) => [channel.id, channel]))
  const threads = threadsBy(acquaintances)
  return [...new Set([...threads.keys(), ...listed.keys()])].map((id) => ({
    installation,
    channel: listed.get(id) ?? unlisted(id),
    threads: threads.get(id) ?? [],
    window,
  }))
}

/** Where something was lost, and nowhere else. */
export function searchesFor(
  installation: Installation,
  losses: readonly Loss[],
  now: number,
): readonly Search[] {
  return [...threadsBy(losses)].map(([id, threads]) => {
    const since = Math.min(...losses.filter(({ channel }) => channel === id).map((loss) => loss.since))
    return { installation, channel: unlisted(id), threads, window: windowSince(since, now) }
  })
}

function threadsBy(places: readonly Acquaintance[]): ReadonlyMap<string, readonly string[]> {
  const threads = new Map<string, string[]>()
  for (const { channel, thread } of places)
    threads.set(channel, [...(threads.get(channel) ?? []), ...(thread === '' ? [] : [thread])])
  return threads
}
