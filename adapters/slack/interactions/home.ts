import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import type { Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import { homeView } from './home-view.ts'
import type { Caller, Reading } from './reading.ts'
import { type Visit, visitOf } from './scene.ts'

/** Somebody looks at Home. */
export interface Look {
  readonly team: string | null
  readonly enterprise: string | null
  readonly caller: Caller
  /** The person's DM with Parley. */
  readonly channel: string
  /** `private_metadata` of what they see; null: nothing was published, or it is not known. */
  readonly seen: string | null
}

export interface Home {
  /** Shows how things stand, if that is not what they see. Resolves when done or given up; never rejects. */
  show(look: Look, signal: AbortSignal): Promise<void>
}

const limitMs = 30_000

/** What holds in a person's DM: settings are a channel's. */
export const homePlace = ({ installation }: Visit, channel: string): Place => ({
  conversation: { platform: 'slack', workspace: installation.team, channel, thread: '' },
  root: null,
  direct: true,
})

export function createHome(parts: {
  readonly intake: Pick<Intake, 'overview'>
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
}): Home {
  const { intake, call, clock, log } = parts
  /** Who looks again meanwhile sees what is on its way. */
  const underWay = new Set<string>()

  async function publish(look: Look, signal: AbortSignal): Promise<void> {
    const visit = await visitOf(look, parts, signal)
    if (typeof visit === 'string') return
    const { team } = visit.installation
    const view = homeView(await intake.overview(homePlace(visit, look.channel), visit.by), look.channel)
    if (view.private_metadata === look.seen) return
    const args = { user_id: look.caller.id, view }
    const got = await call({ team, method: 'views.publish', args }, signal)
    if (got.kind === 'failed') log.warn({ err: got.cause }, couldNot)
  }

  return {
    async show(look, signal) {
      const key = JSON.stringify([look.team, look.enterprise, look.caller.id])
      if (underWay.has(key)) return
      underWay.add(key)
      try {
        await within({ clock, limit: limitMs, signal }, (limited) => publish(look, limited))
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, couldNot)
      } finally {
        underWay.delete(key)
      }
    },
  }
}

const couldNot = 'Home could not be shown to somebody'
