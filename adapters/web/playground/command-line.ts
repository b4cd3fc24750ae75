import type { CommandOption, CommandSpec } from '../../../src/ports/command.ts'
import type { CommandCalled, FileRef } from '../../../src/ports/event.ts'

export type Options = CommandCalled['options']

export type CommandLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly name: string; readonly options: Options }
  /** `words` tell the caller what is missing or what there is. */
  | { readonly kind: 'mistake'; readonly words: string }

const shape = /^\/([a-z][a-z0-9-]*)(?=\s|$)\s*/i

/**
 * `/ask --private What is …?`: flags first, each with two hyphens, then the first text option takes the rest of the
 * line; the file option takes the first attachment.
 */
export function readCommandLine(
  text: string,
  files: readonly FileRef[],
  commands: readonly CommandSpec[],
): CommandLine {
  const found = shape.exec(text)
  const name = found?.[1]?.toLowerCase()
  if (!found || name === undefined) return { kind: 'none' }
  const command = commands.find((each) => each.name === name)
  if (!command) return { kind: 'mistake', words: unknownCommand(name, commands) }
  const { flags, rest } = takeFlags(text.slice(found[0].length), command)
  const options: Record<string, string | boolean | FileRef> = { ...flags }
  const words = command.options.find((option) => option.type === 'text')
  if (words && rest !== '') options[words.name] = rest
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

function takeFlags(line: string, command: CommandSpec): { flags: Record<string, true>; rest: string } {
  const flags: Record<string, true> = {}
  let rest = line.trim()
  for (;;) {
    const flag = /^--([a-z][a-z0-9-]*)(?=\s|$)\s*/.exec(rest)
    const option = command.options.find((each) => each.type === 'flag' && each.name === flag?.[1])
    if (!flag || !option) return { flags, rest }
    flags[option.name] = true
    rest = rest.slice(flag[0].length)
  }
}

function complete(command: CommandSpec, options: Options): CommandLine {
  const missing = command.options.find((option) => option.required && options[option.name] === undefined)
  if (missing) return mistake(command, `/${command.name} needs ${missing.name}.`)
  return { kind: 'command', name: command.name, options }
}

const mistake = (command: CommandSpec, words: string): CommandLine => ({
  kind: 'mistake',
  words: `${words} It is used so: \`${usage(command)}\`. ${command.description}`,
})

const usage = (command: CommandSpec): string =>
  [`/${command.name}`, ...command.options.map(optionUsage)].join(' ')

function optionUsage(option: CommandOption): string {
  const word = option.type === 'flag' ? `--${option.name}` : `<${option.name}>`
  return option.required ? word : `[${word}]`
}

const unknownCommand = (name: string, commands: readonly CommandSpec[]): string =>
  [
    `There is no command \`/${name.slice(0, 60)}\`. There are:`,
    '',
    ...commands.map((command) => `- \`${usage(command)}\`: ${command.description}`),
  ].join('\n')
