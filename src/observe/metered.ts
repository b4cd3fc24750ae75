import type { Outcome, Platform } from '../ports/platform.ts'
import type { Metrics, PlatformCall } from './metrics.ts'

/** The same platform, with each call's outcome counted. */
export function metered(platform: Platform, metrics: Pick<Metrics, 'platformCalled'>): Platform {
  const count = async (call: PlatformCall, made: Promise<Outcome>): Promise<Outcome> => {
    const outcome = await made
    metrics.platformCalled(platform.name, call, outcome.kind)
    return outcome
  }
  return {
    ...platform,
    send: (...wanted) => count('send', platform.send(...wanted)),
    edit: (...wanted) => count('edit', platform.edit(...wanted)),
    remove: (...wanted) => count('remove', platform.remove(...wanted)),
  }
}
