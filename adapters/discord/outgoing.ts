import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { ChannelFacts } from './channel-facts.ts'
import type { Deferrals } from './deferrals.ts'
import type { Directory } from './directory.ts'
import type { Ways } from './ways.ts'
import type { Wire } from './wire.ts'

/** What everything that goes out needs. */
export interface Outgoing {
  readonly wire: Wire
  readonly ways: Ways
  readonly deferrals: Deferrals
  readonly clock: Clock
  readonly log: Logger
  /** The bot's own id; null until it is connected. */
  readonly self: () => string | null
  readonly may: Directory['may']
  /** Told of a thread that was opened: Discord may not tell of it before somebody writes there. */
  readonly opened?: (thread: ChannelFacts) => void
}
