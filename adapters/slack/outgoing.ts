import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { Platform } from '../../src/ports/platform.ts'
import type { Store } from '../../src/ports/store.ts'
import type { Installations } from './installations/installation.ts'
import type { Ways } from './ways.ts'
import type { Wire } from './wire.ts'

/** What everything that goes out needs. */
export interface Outgoing {
  readonly wire: Wire
  readonly ways: Ways
  readonly installations: Pick<Installations, 'known' | 'of'>
  /** Another base of the Web API; files are taken to and from its host and port too. */
  readonly apiUrl: string | null
  readonly store: Pick<Store, 'get' | 'set' | 'delete'>
  readonly clock: Clock
  readonly log: Logger
  /** What the engine offers, from the start on. */
  readonly intake: () => Pick<Parameters<Platform['start']>[0], 'paced'> | null
  /** Aborts what runs in the background when Parley stops. */
  readonly over: AbortSignal
}
