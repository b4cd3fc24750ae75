import { Routes } from 'discord-api-types/v10'
import type { Place } from '../../src/ports/event.ts'
import type { Reported } from '../../src/ports/outcome.ts'
import type { Activity } from '../../src/ports/platform.ts'
import { reportOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'

/** Shows "is typing…", which Discord takes away by itself: after ten seconds, or with the next message. */
export const createTyping =
  ({ wire, ways }: Pick<Outgoing, 'wire' | 'ways'>) =>
  async (place: Place, activity: Activity | null, signal: AbortSignal): Promise<Reported> => {
    const way = ways.of(place)
    // Under an interaction the deferral shows "is thinking…".
    if (activity?.kind !== 'typing' || way.kind !== 'channel') return { kind: 'done' }
    return reportOf(await wire.call({ method: 'POST', route: Routes.channelTyping(way.channel) }, signal))
  }
