import type { InboundEvent } from '../ports/event.ts'
import type { Lane } from '../ports/inbox.ts'
import { commandLane } from './commands/registry.ts'

/** What waits its turn, and what acts at once beside a running answer. */
export function laneOf(event: InboundEvent): Lane {
  switch (event.kind) {
    case 'message':
    case 'regenerate':
      return 'turn'
    case 'command':
      return commandLane(event.name)
    case 'edit':
    case 'delete':
    case 'stop':
    case 'feedback':
      return 'now'
  }
}
