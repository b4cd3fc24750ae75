import type { CommandSpec } from '../../../src/ports/command.ts'
import type { CommandCalled } from '../../../src/ports/event.ts'

/** Whether the reply is for the caller's eyes alone: Slack shows everybody what was typed, or nobody. */
export function isPrivate({ audience }: CommandSpec, options: CommandCalled['options']): boolean {
  switch (audience) {
    case 'all':
      return false
    case 'caller':
      return true
    case 'asked':
      return options.private === true
    case 'bare':
      return Object.keys(options).length === 0
  }
}
