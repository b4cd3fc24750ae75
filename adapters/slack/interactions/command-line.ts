import {
  isRequired,
  type TypedOptions as Options,
  takeFlags,
  takeTexts,
  withChoices,
} from '../../../src/conversation/typed-options.ts'
import type { CommandOption, CommandSpec } from '../../../src/ports/command.ts'

/** What somebody typed behind a slash. */
export type CommandLine =
  | { readonly kind: 'call'; readonly spec: CommandSpec; readonly options: Options }
  /** A required option is missing. */
  | { readonly kind: 'incomplete'; readonly spec: CommandSpec; readonly options: Options }
  /** An option takes nothing but its choices, and this is none of them. */
  | { readonly kind: 'not_a_choice'; readonly option: CommandOption; readonly value: string }
  | { readonly kind: 'help' }
  /** `slash`: before the word, where it is not Parley's usual one. */
  | { readonly kind: 'unknown'; readonly word: string; readonly slash: string | null }

/** Commands that come with others behind them: `/parley model`. */
const root = 'parley'

/**
 * Slack hands on one line of text. `/ask` is a command itself; behind any other slash the first word is the command.
 * `command`: with its slash.
 */
export function readCommandLine(
  command: string,
  text: string,
  commands: readonly CommandSpec[],
): CommandLine {
  const callable = commands.filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
  const named = (name: string) => callable.find((spec) => spec.name === name.toLowerCase())
  const itself = command.replace(/^\//, '')
  const spec = itself === root ? undefined : named(itself)
  if (spec) return called(spec, text)
  const [, word = '', rest = ''] = /^\s*\/?(\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? []
  // Answered here: it tells how commands are typed on Slack.
  if (word === '' || word.toLowerCase() === 'help') return { kind: 'help' }
  const behind = named(word)
  if (behind) return called(behind, rest)
  return { kind: 'unknown', word, slash: itself === root ? null : command }
}

function called(spec: CommandSpec, text: string): CommandLine {
  const { flags, rest } = takeFlags(spec, text.trim())
  const chosen = withChoices(spec, takeTexts(spec, rest))
  if ('option' in chosen) return { kind: 'not_a_choice', ...chosen }
  const options = { ...flags, ...chosen.texts }
  const missing = spec.options.some(({ name }) => isRequired(spec, name) && options[name] === undefined)
  return { kind: missing ? 'incomplete' : 'call', spec, options }
}
