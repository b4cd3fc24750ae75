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

/** Whether it is a text that is to be read aloud: nobody who asks something waits for that. */
export function isSpeech(event: InboundEvent): boolean {
  if (event.kind !== 'command') return event.kind === 'read_aloud'
  return commandNamed(event.name)?.task?.(event).kind === 'speak'
}

/** It is read aloud, and nobody pressed a button for it: people are told nothing when it can't be. */
export const isQuiet = (event: InboundEvent): boolean => event.kind === 'read_aloud' && event.quiet === true

/** What costs money or changes settings; Stop, edits, deletes and thumbs only concern what was allowed before. */
export const asksFor = ({ kind }: InboundEvent): boolean =>
  kind === 'message' || kind === 'command' || kind === 'regenerate' || kind === 'read_aloud'

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
    case 'read_aloud':
      return 'aside'
  }
}
