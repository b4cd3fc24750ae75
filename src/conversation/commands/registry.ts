import type { CommandCalled } from '../../ports/event.ts'
import type { Lane } from '../../ports/inbox.ts'
import { ask } from './ask.ts'
import type { Command } from './command.ts'
import { correct } from './correct.ts'
import { fresh } from './fresh.ts'
import { help } from './help.ts'
import { image } from './image.ts'
import { model } from './model.ts'
import { models } from './models.ts'
import { persona } from './persona.ts'
import { readAloud } from './read-aloud.ts'
import { settings } from './settings.ts'
import { speak } from './speak.ts'
import { stop } from './stop.ts'
import { summarise } from './summarise.ts'
import { transcribe } from './transcribe.ts'
import { voice } from './voice.ts'

/** Every command, once: platforms register from here, the playground lists from here, help is written from here. */
export const commands: readonly Command[] = [
  ask,
  summarise,
  readAloud,
  speak,
  transcribe,
  correct,
  fresh,
  stop,
  model,
  persona,
  voice,
  settings,
  models,
  image,
  help,
]

export const commandNamed = (name: string): Command | null =>
  commands.find((command) => command.name === name) ?? null

/** Unknown commands are answered at once, in words. */
export const commandLane = (name: string): Lane => commandNamed(name)?.lane ?? 'now'

/** What a command that is a question asks. */
export function wordsAsked(call: Pick<CommandCalled, 'name' | 'options' | 'quotes'>): string {
  const command = commandNamed(call.name)
  const { prompt } = call.options
  const given = typeof prompt === 'string' ? prompt : ''
  const bare = given.trim() === '' && call.quotes?.length ? command?.asksBare : undefined
  return command?.asks ?? bare ?? given
}
