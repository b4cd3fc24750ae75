import { choiceIn, takeFlags, takeTexts, withChoices } from '../../../src/conversation/typed-options.ts'
import type { CommandOption, CommandSpec } from '../../../src/ports/command.ts'
import type { CommandCalled, FileRef } from '../../../src/ports/event.ts'

export type Options = CommandCalled['options']

export type CommandLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly name: string; readonly options: Options }
  /** `words` tell the caller what is missing or what there is. */
  | { readonly kind: 'mistake'; readonly words: string }

const shape = /^\/([a-z][a-z0-9-]*)(?=\s|$)\s*/i

/** Those that people may type, or choose from the menu: the others belong to a button. */
export const typed = (commands: readonly CommandSpec[]): readonly CommandSpec[] =>
  commands.filter(({ buttonOnly }) => !buttonOnly)

/**
 * `/speak --format mp3 --voice "marin" Good morning`: options first, each with two hyphens, those that take a value
 * followed by it; then the first text option takes the rest of the line, and the file option the first attachment.
 * `/speak format: mp3 text: Good morning` is the same: what has its name before a colon may stand anywhere.
 */
export function readCommandLine(
  text: string,
  files: readonly FileRef[],
  commands: readonly CommandSpec[],
): CommandLine {
  const found = shape.exec(text)
  const name = found?.[1]?.toLowerCase()
  if (!found || name === undefined) return { kind: 'none' }
  const command = typed(commands).find((each) => each.name === name)
  if (!command) return { kind: 'mistake', words: unknownCommand(name, typed(commands)) }
  const { flags, rest: words } = takeFlags(command, text.slice(found[0].length).trim())
  const { named, rest, unknown } = takeNamed(words, command)
  if (unknown !== null) return mistake(command, noSuchOption(command, unknown))
  const chosen = withChoices(command, takeTexts(command, rest))
  if ('option' in chosen) return mistake(command, notAChoice(chosen.option, chosen.value))
  const options: Record<string, string | boolean | FileRef> = { ...flags, ...named, ...chosen.texts }
  const file = command.options.find((option) => option.type === 'file')
  if (file && files[0]) options[file.name] = files[0]
  return complete(command, options)
}

/** Options that came by name (the pages' command menu); `fileOf` finds an attachment by its id. */
export async function readCommandCall(
  name: string,
  given: Readonly<Record<string, string | boolean>>,
  commands: readonly CommandSpec[],
  fileOf: (id: string) => Promise<FileRef | null>,
): Promise<CommandLine> {
  const command = commands.find((each) => each.name === name)
  if (!command) return { kind: 'mistake', words: unknownCommand(name, commands) }
  const options: Record<string, string | boolean | FileRef> = {}
  for (const [key, value] of Object.entries(given)) {
    const option = command.options.find((each) => each.name === key)
    if (!option) return mistake(command, `/${name} takes no option "${key.slice(0, 60)}".`)
    const taken = option.type === 'file' ? await fileOf(String(value)) : value
    if (taken === null || (option.type === 'text') !== (typeof taken === 'string'))
      return mistake(command, `/${name} can't take this as ${key}.`)
    options[key] = taken
  }
  return complete(command, options)
}

/** Options in front, each with two hyphens; `unknown`: one that the command has none of. */
function takeNamed(
  line: string,
  command: CommandSpec,
): { named: Record<string, string | true>; rest: string; unknown: string | null } {
  const named: Record<string, string | true> = {}
  let rest = line.trim()
  for (;;) {
    const [whole = '', name] = /^--([a-z][\w-]*)(?=[\s=:]|$)[\s=:]*/i.exec(rest) ?? []
    if (name === undefined) return { named, rest, unknown: null }
    const option = command.options.find((each) => each.name === name.toLowerCase() && each.type !== 'file')
    if (!option) return { named, rest, unknown: name }
    rest = rest.slice(whole.length)
    if (option.type === 'flag') named[option.name] = true
    else {
      const [taken = '', quoted, plain = ''] = /^(?:"([^"]*)"|(\S*))\s*/.exec(rest) ?? []
      named[option.name] = quoted ?? plain
      rest = rest.slice(taken.length)
    }
  }
}

function complete(command: CommandSpec, given: Options): CommandLine {
  const options: Record<string, Options[string]> = { ...given }
  for (const option of command.options) {
    const value = options[option.name]
    if (option.choices === undefined || typeof value !== 'string' || value === '') continue
    const choice = choiceIn(option, value)
    if (choice === null) return mistake(command, notAChoice(option, value))
    options[option.name] = choice
  }
  const missing = command.options.find((option) => option.required && options[option.name] === undefined)
  if (missing) return mistake(command, `/${command.name} needs ${missing.name}.`)
  return { kind: 'command', name: command.name, options }
}

const notAChoice = ({ name, choices = [] }: CommandOption, value: string): string =>
  `${name} takes ${choices.join(', ')}; "${value.slice(0, 60).toWellFormed()}" is none of them.`

/** Files are attached, never named. */
const noSuchOption = ({ name, options }: CommandSpec, found: string): string => {
  const known = options.filter(({ type }) => type !== 'file').map((option) => `--${option.name}`)
  const has = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`
  return `/${name} has no option "--${found.slice(0, 60)}". ${has}`
}

const mistake = (command: CommandSpec, words: string): CommandLine => ({
  kind: 'mistake',
  words: `${words} It is used so: \`${usage(command)}\`. ${command.description}`,
})

/** As it is written: what is named, then the words, then the file. */
export const usage = ({ name, options }: CommandSpec): string => {
  const words = options.find((option) => option.type === 'text')
  const file = options.filter((option) => option.type === 'file')
  const named = options.filter((option) => option !== words && option.type !== 'file')
  const rest = words ? [optionUsage(words, true)] : []
  const all = [...named.map((option) => optionUsage(option, false)), ...rest]
  return [`/${name}`, ...all, ...file.map((option) => optionUsage(option, false))].join(' ')
}

/** `isRest`: what takes the rest of the line is not named. */
function optionUsage(option: CommandOption, isRest: boolean): string {
  const { name, type, required, choices } = option
  const value = `<${isRest ? name : (choices?.join('|') ?? name)}>`
  const word = type === 'flag' ? `--${name}` : type === 'file' || isRest ? value : `--${name} ${value}`
  return required ? word : `[${word}]`
}

const unknownCommand = (name: string, commands: readonly CommandSpec[]): string =>
  [
    `There is no command \`/${name.slice(0, 60)}\`. There are:`,
    '',
    ...commands.map((command) => `- \`${usage(command)}\`: ${command.description}`),
  ].join('\n')
