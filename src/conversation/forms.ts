import type { AccessAnswer } from '../policy/access.ts'
import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Person, Place } from '../ports/event.ts'
import type { Intake } from '../ports/intake.ts'
import { TooSlow, within } from '../within.ts'
import type { Recall } from './commands/command.ts'
import { commandNamed } from './commands/registry.ts'
import { conversationId } from './keys.ts'
import type { Running, RunningTurn } from './running.ts'
import type { Settings } from './settings.ts'

export interface FormsDeps extends Recall {
  readonly settings: Settings
  readonly access: (visit: { readonly by: Person; readonly place: Place }) => AccessAnswer
  readonly running: Pick<Running, 'in'>
  readonly clock: Clock
}

/** Milliseconds. Platforms want a form within 3 s, their own calls for it included. */
const momentMs = 1_000

/** The forms of commands, filled in with what holds at a place, for those who may use Parley there. */
export function createForms(deps: FormsDeps): Intake['form'] {
  const { settings, access, memory, hearing, running, clock } = deps
  return async (command, place, by, about) => {
    const fill = commandNamed(command)?.fill
    if (fill === undefined || access({ by, place }).kind !== 'yes') return null
    const filled = () => fill(place.conversation, settings, about ?? null, { memory, hearing }, by)
    const turn = about && ending(running.in(conversationId(place.conversation)), about)
    const form = await filled()
    // Its buttons stand under an answer a moment before it is remembered.
    return form === null && turn && (await isOver(turn, clock)) ? filled() : form
  }
}

/** The turn, if it is the one whose answer stands in this message. */
const ending = (turn: RunningTurn | null, about: MessageRef): RunningTurn | null =>
  turn?.shows(about) ? turn : null

/** Whether it ends within a moment. */
async function isOver({ over }: RunningTurn, clock: Clock): Promise<boolean> {
  try {
    await within({ clock, limit: momentMs }, () => over)
    return true
  } catch (error) {
    if (error instanceof TooSlow) return false
    throw error
  }
}
