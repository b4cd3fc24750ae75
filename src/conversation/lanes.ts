import type { InboundEvent } from '../ports/event.ts'
import type { Lane } from '../ports/inbox.ts'
import { commandLane, commandNamed } from './commands/registry.ts'
import { isForCaller } from './privacy.ts'

/** Whether it is a question that all may read: its conversation is followed from then on. */
export function isOpenQuestion(event: InboundEvent): boolean {
  if (event.kind !== 'command') return event.kind === 'message'
  const command = commandNamed(event.name)
  return command?.run === null && !isForCaller(command, event)
}

/** What waits its turn, and what acts at once beside a running answer. */
export function laneOf(event: InboundEvent): Lane {
  switch (event.kind) {
    case 'message':
    case 'regenerate':
    case 'read_aloud':
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
