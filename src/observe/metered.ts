import type { Reported } from '../ports/outcome.ts'
import type { Platform } from '../ports/platform.ts'
import type { CallOutcome, Metrics, PlatformCall } from './metrics.ts'

/** What a platform may lack. */
type Optional = {
  [Name in keyof Platform]-?: undefined extends Platform[Name] ? Name : never
}[keyof Platform]

/** The same platform, with each call's outcome counted. */
export function metered(platform: Platform, metrics: Pick<Metrics, 'platformCalled'>): Platform {
  /** A call that rejects has no outcome to tell: nobody knows what became of it. */
  async function count<T extends Reported>(call: PlatformCall, made: Promise<T>): Promise<T> {
    let outcome: CallOutcome = 'unknown'
    try {
      const result = await made
      outcome = result.kind
      return result
    } finally {
      metrics.platformCalled(platform.name, call, outcome)
    }
  }
  const rename = platform.rename?.bind(platform)
  // All of them are named: one that is forgotten here is one that the platform has not.
  const optional: { readonly [Name in Optional]: Platform[Name] | undefined } = {
    typed: platform.typed?.bind(platform),
    usage: platform.usage?.bind(platform),
    ways: platform.ways?.bind(platform),
    takesFiles: platform.takesFiles?.bind(platform),
    takesVoice: platform.takesVoice?.bind(platform),
    takesSounds: platform.takesSounds?.bind(platform),
    find: platform.find?.bind(platform),
    rename: rename && ((...wanted) => count('rename', rename(...wanted))),
  }
  return {
    get name() {
      return platform.name
    },
    get limits() {
      return platform.limits
    },
    get can() {
      return platform.can
    },
    start: (...wanted) => platform.start(...wanted),
    stop: () => platform.stop(),
    measure: (markdown) => platform.measure(markdown),
    budget: (...wanted) => platform.budget(...wanted),
    openPlace: (...wanted) => count('open', platform.openPlace(...wanted)),
    send: (...wanted) => count('send', platform.send(...wanted)),
    edit: (...wanted) => count('edit', platform.edit(...wanted)),
    remove: (...wanted) => count('remove', platform.remove(...wanted)),
    show: (place, activity, signal) =>
      count(activity === null ? 'clear' : 'show', platform.show(place, activity, signal)),
    download: (...wanted) => platform.download(...wanted),
    ...(Object.fromEntries(Object.entries(optional).filter(([, method]) => method)) as Pick<
      Platform,
      Optional
    >),
  }
}
