import type { Place } from '../../src/ports/event.ts'
import type { Opened, Outcome } from '../../src/ports/outcome.ts'
import { createRecent } from '../../src/recent.ts'
import { budgetsOf } from './buckets.ts'
import { threadTitle } from './limits.ts'
import { outcomeOf, reported } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import { channelOf, threadOf } from './ways.ts'
import type { Reply } from './wire.ts'

const METHOD = 'assistant.threads.setTitle'
const KEPT = 2_000

/** Whether the place has a title that could be set: threads in direct messages. */
const hasTitle = (place: Place): boolean => place.direct && threadOf(place) !== null

export const titleBudgets = (place: Place) =>
  hasTitle(place) ? budgetsOf(place.conversation.workspace, METHOD) : []

/** Threads need no opening on Slack; those in direct messages stand in a list, each under a title. */
export function createTitles({
  wire,
  intake,
  over,
  log,
}: Pick<Outgoing, 'wire' | 'intake' | 'over' | 'log'>) {
  const titled = createRecent<true>(KEPT)

  const setTitle = (place: Place, title: string, signal: AbortSignal): Promise<Reply<unknown>> =>
    wire.call<unknown>(
      {
        team: place.conversation.workspace,
        method: METHOD,
        args: { channel_id: channelOf(place), thread_ts: threadOf(place), title: threadTitle(title) },
      },
      signal,
    )

  /** In the background, and tried once: a thread without a title is still a thread. */
  function nameOnce(place: Place, title: string): void {
    const { workspace, channel, thread } = place.conversation
    const key = JSON.stringify([workspace, channel, thread])
    const engine = intake()
    if (!hasTitle(place) || titled.get(key) || !engine) return
    titled.set(key, true)
    const set = async () => reported(await setTitle(place, title, over))
    const untitled = (details: object): void => log.debug(details, 'a thread was not given a title')
    engine.paced(titleBudgets(place), set, over).then(
      ({ kind }) => {
        if (kind !== 'done') untitled({ outcome: kind })
      },
      (err: unknown) => {
        if (!over.aborted) untitled({ err })
      },
    )
  }

  return {
    async openPlace(place: Place, title: string): Promise<Opened> {
      const open = { ...place, root: null }
      nameOnce(open, title)
      return { kind: 'open', place: open }
    },
    async rename(place: Place, title: string, signal: AbortSignal): Promise<Outcome> {
      const ref = { channel: channelOf(place), id: threadOf(place) ?? '' }
      if (!hasTitle(place)) return { kind: 'sent', ref }
      const { workspace, channel, thread } = place.conversation
      titled.set(JSON.stringify([workspace, channel, thread]), true)
      return outcomeOf(await setTitle(place, title, signal), () => ref)
    },
  }
}
