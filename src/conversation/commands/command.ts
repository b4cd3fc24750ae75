import type { Hearing } from '../../media/hearing.ts'
import type { CommandSpec, Form } from '../../ports/command.ts'
import type { CommandCalled, ConversationKey, InboundEvent, MessageRef, Person } from '../../ports/event.ts'
import type { Lane, Settlement } from '../../ports/inbox.ts'
import type { Catalog } from '../catalog.ts'
import type { Memory } from '../memory.ts'
import type { Running } from '../running.ts'
import type { Settings, SettingsChange } from '../settings.ts'
import type { Task } from '../task.ts'

/** A command as people see it, with what it does. */
export interface Command extends CommandSpec {
  readonly lane: Lane
  /** null: the words of the command are a question, answered by a turn like any message. */
  readonly run: ((call: CommandCalled, around: Surroundings) => Promise<CommandReply>) | null
  /** Parley's own words for that question; absent = the option `prompt` has them. */
  readonly asks?: string
  /** The same, for a call that brings a message and no `prompt`. */
  readonly asksBare?: string
  /** With `run: null`: what the turn makes; absent = an answer. */
  readonly task?: (call: CommandCalled) => Task
  /** With `form`: the form, filled in with what holds in the channel; null: there is none for this person. */
  readonly fill?: (
    channel: ConversationKey,
    settings: Settings,
    about: MessageRef | null,
    recall: Recall,
    by: Person,
  ) => Promise<Form | null>
}

/** What was said, and heard. */
export interface Recall {
  readonly memory: Memory
  readonly hearing: Pick<Hearing, 'before' | 'correct'>
}

export interface Surroundings extends Recall {
  readonly settings: Settings
  readonly catalog: Catalog
  readonly running: Running
  readonly commands: readonly Command[]
  /** `$1.00 in, $5.00 out per million tokens, 1,050,000 tokens of context`, or null where the price is not known. */
  describe(model: string): Promise<string | null>
  /** Puts an event of the engine's own into the inbox. */
  admit(event: InboundEvent): Promise<void>
  /** How people type this command where it was called. */
  typed(command: string): string
  /** The same with its options, where the platform has a way of its own. */
  readonly usage: ((command: CommandSpec) => string) | null
  /** 1 the first time; later ones come when the reply could not be shown, or the process died. */
  readonly attempt: number
  readonly signal: AbortSignal
}

export interface CommandReply {
  readonly markdown: string
  /** Meant for the caller alone, where the platform can. */
  readonly private: boolean
  /** Committed together with the command. */
  readonly settlement?: Pick<Settlement, 'entries'>
  /** Holds in the channel before the reply is shown. A second try shows this reply again. */
  readonly chosen?: SettingsChange
  /** Done beside everything else once that is committed. May be broken off: nothing but tidiness depends on it. */
  readonly afterwards?: (signal: AbortSignal) => Promise<void>
}

/** The words of an option, trimmed; '' when a form's field was emptied, null when it was not given. */
export const givenText = (call: CommandCalled, name: string): string | null => {
  const value = call.options[name]
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : null
}

/** People's own words inside ours: shown as code, so that nothing in them is formatted or mentions anyone. */
export const asCode = (words: string): string =>
  `\`${words.replaceAll('`', "'").replaceAll(/\s+/g, ' ').slice(0, 200).toWellFormed()}\``

/** The same for many lines. */
export const asBlock = (words: string): string => `\`\`\`text\n${words.replaceAll('```', "'''")}\n\`\`\``
