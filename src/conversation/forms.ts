import type { AccessAnswer } from '../policy/access.ts'
import type { Person, Place } from '../ports/event.ts'
import type { Intake } from '../ports/intake.ts'
import type { Recall } from './commands/command.ts'
import { commandNamed } from './commands/registry.ts'
import type { Settings } from './settings.ts'

export interface FormsDeps extends Recall {
  readonly settings: Settings
  readonly access: (visit: { readonly by: Person; readonly place: Place }) => AccessAnswer
}

/** The forms of commands, filled in with what holds at a place, for those who may use Parley there. */
export function createForms({ settings, access, memory, hearing }: FormsDeps): Intake['form'] {
  return async (command, place, by, about) => {
    const fill = commandNamed(command)?.fill
    if (fill === undefined || access({ by, place }).kind !== 'yes') return null
    return fill(place.conversation, settings, about ?? null, { memory, hearing })
  }
}
