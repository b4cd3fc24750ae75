import type { Place } from '../../src/ports/event.ts'
import type { RateBudget, Reported } from '../../src/ports/outcome.ts'
import type { Activity } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { budgetsOf } from './buckets.ts'
import { harmless } from './harmless.ts'
import { isRefused, reportOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Streams } from './streams.ts'
import { channelOf, threadOf } from './ways.ts'

const METHOD = 'assistant.threads.setStatus'
/** Slack takes a status away after two minutes. */
const RENEWED_MS = 90_000
/** Then a refusal may have been mended. */
const REFUSED_MS = 3_600_000
const KEPT = 2_000
const LONGEST_STATUS = 100
const THINKING = 'is thinking…'

/** Shows "is thinking…" in threads, which Slack takes away after two minutes, or with the next message. */
export interface Showing {
  show(place: Place, activity: Activity | null, signal: AbortSignal): Promise<Reported>
  budget(place: Place, call: 'show' | 'clear'): readonly RateBudget[]
  /** A message was sent there: Slack has taken the status away. */
  sent(place: Place): void
}

export function createShowing({
  wire,
  clock,
  streams,
}: Pick<Outgoing, 'wire' | 'clock'> & { readonly streams: Streams }): Showing {
  const shown = createRecent<{ readonly status: string; readonly at: number }>(KEPT)
  const refused = createRecent<number>(KEPT)
  const keyOf = (place: Place): string =>
    JSON.stringify([place.conversation.workspace, channelOf(place), threadOf(place)])

  /** What one thread refuses says nothing of the others. */
  const isRefusing = (place: Place): boolean =>
    [place.conversation.workspace, keyOf(place)].some(
      (key) => (refused.get(key) ?? Number.NEGATIVE_INFINITY) > clock.elapsed(),
    )

  function isFresh(place: Place, status?: string): boolean {
    const last = shown.get(keyOf(place))
    if (last === undefined || clock.elapsed() - last.at >= RENEWED_MS) return false
    return status === undefined || last.status === status
  }

  const isPossible = (place: Place): boolean => threadOf(place) !== null && !isRefusing(place)

  async function show(place: Place, activity: Activity | null, signal: AbortSignal): Promise<Reported> {
    const task = activity?.kind === 'status' ? activity.text : null
    const inStream = streams.showTask(place, task, signal)
    if (inStream) return inStream
    const thread = threadOf(place)
    if (thread === null || !isPossible(place)) return { kind: 'done' }
    const key = keyOf(place)
    const status = activity === null ? '' : statusOf(activity)
    if (activity === null ? !shown.get(key) : isFresh(place, status)) return { kind: 'done' }
    const { workspace: team } = place.conversation
    const args = { channel_id: channelOf(place), thread_ts: thread, status }
    const reply = await wire.call<unknown>({ team, method: METHOD, args }, signal)
    if (reply.kind === 'done' && activity !== null) shown.set(key, { status, at: clock.elapsed() })
    else if (reply.kind !== 'limited') shown.delete(key)
    if (reply.kind === 'refused')
      refused.set(
        isRefused(reply, 'missing_scope', 'not_allowed_token_type', 'unknown_method') ? team : key,
        clock.elapsed() + REFUSED_MS,
      )
    return reportOf(reply)
  }

  return {
    show,
    budget(place, call) {
      const { workspace: team } = place.conversation
      if (streams.isAlive(place))
        return call === 'show' || streams.hasTask(place) ? budgetsOf(team, 'chat.appendStream') : []
      if (!isPossible(place)) return []
      const spends = call === 'show' ? !isFresh(place) : shown.get(keyOf(place)) !== undefined
      return spends ? budgetsOf(team, METHOD) : []
    },
    sent: (place) => shown.delete(keyOf(place)),
  }
}

const statusOf = (activity: Activity): string =>
  activity.kind === 'typing' ? THINKING : harmless(activity.text.slice(0, LONGEST_STATUS))
