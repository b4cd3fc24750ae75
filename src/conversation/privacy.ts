import type { CommandSpec } from '../ports/command.ts'
import type { CommandCalled, Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'

/** Whether words at this place can be shown to one person alone. */
export function canBePrivate({ can }: Pick<Platform, 'can'>, { via }: Place): boolean {
  return can.private === 'everywhere' || (can.private === 'via' && via !== undefined)
}

/** Whether the reply to this call is for the caller's eyes, as the platform has been told by the command's audience. */
export function isForCaller(
  { audience }: Pick<CommandSpec, 'audience'>,
  call: Pick<CommandCalled, 'options'>,
): boolean {
  switch (audience) {
    case 'all':
      return false
    case 'caller':
      return true
    case 'asked':
      return call.options.private === true
    case 'bare':
      return Object.keys(call.options).length === 0
  }
}
