import type { RESTPutAPIApplicationCommandsJSONBody } from 'discord-api-types/v10'
import { choiceAt, type Fields, fieldsAt, listAt, onlyKnown, textAt } from './fields.ts'
import { invalid } from './refusal.ts'

type Path = readonly (string | number)[]

/** How many of each type an application may have: slash, user, message. */
const MOST: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 }
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const COMMAND = [
  'id',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'default_member_permissions',
  'dm_permission',
  'default_permission',
  'integration_types',
  'contexts',
  'type',
  'nsfw',
  'handler',
]
const OPTION = [
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'required',
  'choices',
  'options',
  'channel_types',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'autocomplete',
]

/** Discord's rules for the commands of an application, all PUT at once. */
export function checkCommands(body: unknown): RESTPutAPIApplicationCommandsJSONBody {
  const commands = listAt([], body, { max: 130 })
  const names = new Set<string>()
  const counts = new Map<number, number>()
  for (const [index, value] of commands.entries()) {
    const fields = fieldsAt([index], value)
    onlyKnown([index], fields, COMMAND)
    const type = choiceAt([index, 'type'], fields.type ?? 1, [1, 2, 3])
    counts.set(type, (counts.get(type) ?? 0) + 1)
    if (counts.get(type)! > MOST[type]!)
      throw invalid(
        [],
        'APPLICATION_COMMAND_TOO_MANY',
        `Maximum number of commands of type ${type} reached (${MOST[type]})`,
      )
    const name = textAt([index, 'name'], fields.name, { min: 1, max: 32 })
    if (type === 1) checkName([index, 'name'], name)
    if (names.has(`${type}:${name}`))
      throw invalid(
        [index, 'name'],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      )
    names.add(`${type}:${name}`)
    if (type === 1) textAt([index, 'description'], fields.description, { min: 1, max: 100 })
    else if (fields.description || fields.options)
      throw invalid(
        [index, 'description'],
        'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID',
        'Context menu commands cannot have descriptions',
      )
    checkAmong([index, 'integration_types'], fields.integration_types, [0, 1])
    checkAmong([index, 'contexts'], fields.contexts, [0, 1, 2])
    if (fields.options !== undefined) checkOptions([index, 'options'], fields.options, 0)
  }
  return commands as RESTPutAPIApplicationCommandsJSONBody
}

function checkName(path: Path, name: string): void {
  if (!NAME.test(name) || name !== name.toLowerCase())
    throw invalid(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
}

function checkAmong(path: Path, value: unknown, choices: readonly number[]): void {
  if (value === undefined || value === null) return
  for (const [index, one] of listAt(path, value, { min: 1, max: 3 }).entries())
    choiceAt([...path, index], one, choices)
}

function checkOptions(path: Path, value: unknown, depth: number): void {
  const names = new Set<string>()
  let optional = false
  for (const [index, option] of listAt(path, value, { max: 25 }).entries()) {
    const at = [...path, index]
    const fields = fieldsAt(at, option)
    onlyKnown(at, fields, OPTION)
    const type = choiceAt([...at, 'type'], fields.type, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    const name = textAt([...at, 'name'], fields.name, { min: 1, max: 32 })
    checkName([...at, 'name'], name)
    if (names.has(name))
      throw invalid(
        [...at, 'name'],
        'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
        'Option name already exists',
      )
    names.add(name)
    textAt([...at, 'description'], fields.description, { min: 1, max: 100 })
    if (fields.required === true && optional)
      throw invalid(
        at,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    optional ||= fields.required !== true
    if (type <= 2) {
      if (depth >= (type === 1 ? 2 : 1))
        throw invalid(at, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-command option type is invalid')
      if (fields.options !== undefined) checkOptions([...at, 'options'], fields.options, depth + 1)
    } else checkChoices(at, type, fields)
  }
}

function checkChoices(path: Path, type: number, fields: Fields): void {
  if (fields.autocomplete === true && (![3, 4, 10].includes(type) || fields.choices !== undefined))
    throw invalid(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID',
      'Autocomplete is only for text and numbers without choices',
    )
  if (fields.choices === undefined) return
  for (const [index, choice] of listAt([...path, 'choices'], fields.choices, { max: 25 }).entries()) {
    const one = fieldsAt([...path, 'choices', index], choice)
    textAt([...path, 'choices', index, 'name'], one.name, { min: 1, max: 100 })
    if (type === 3) textAt([...path, 'choices', index, 'value'], one.value, { max: 100 })
  }
}
