import type { CommandOption, CommandSpec } from '../ports/command.ts'

/** Options by their names, as people type them in one line with a command. */
export type TypedOptions = Readonly<Record<string, string | boolean>>

/**
 * `private: …`, `private=yes …` and `--private …`, in front. The bare word is part of the question: "private schools in
 * Berlin" asks nobody for a private answer.
 */
export function takeFlags(spec: CommandSpec, text: string): { flags: TypedOptions; rest: string } {
  const names = of(spec, 'flag')
  if (names.length === 0) return { flags: {}, rest: text }
  const shape = new RegExp(
    `^(?:--(${oneOf(names)})(?:=(\\S+))?(?=\\s|$)|(${oneOf(names)})[:=](true|yes|on|false|no|off)?(?=\\s|$))\\s*`,
    'i',
  )
  const flags: Record<string, boolean> = {}
  let rest = text
  for (;;) {
    const [taken, dashed, dashedValue, named, namedValue] = shape.exec(rest) ?? []
    if (taken === undefined || taken === '') return { flags, rest }
    const name = (dashed ?? named ?? '').toLowerCase()
    flags[name] = !/^(?:false|no|off)$/i.test(dashedValue ?? namedValue ?? '')
    rest = rest.slice(taken.length)
  }
}

/**
 * `name: value` and `name=value`; what stands under no name is the first text's. Where there are several, and none that
 * people's own words go to, `name value` in front is one of them, too.
 */
export function takeTexts(spec: CommandSpec, typed: string): Readonly<Record<string, string>> {
  const names = of(spec, 'text')
  const isForNames = names.length > 1 && !names.some((name) => isRequired(spec, name))
  const text = isForNames
    ? typed.replace(new RegExp(`^(${oneOf(names)})\\s+(?![:=])(?=\\S)`, 'i'), '$1=')
    : typed
  // A name alone says nothing yet.
  if (isForNames && names.includes(text.toLowerCase())) return {}
  const [first] = names
  if (text === '' || first === undefined) return {}
  // With one option only the beginning can be a name: the rest is people's own words.
  const start = names.length === 1 ? '^' : '(?:^|\\s)'
  const marks = [...text.matchAll(new RegExp(`${start}(${oneOf(names)})\\s?[:=]`, 'gi'))]
  const texts: Record<string, string> = {}
  const lead = text.slice(0, marks[0]?.index ?? text.length).trim()
  if (lead !== '') texts[first] = lead
  marks.forEach((mark, index) => {
    const name = (mark[1] ?? '').toLowerCase()
    const value = unquoted(text.slice(mark.index + mark[0].length, marks[index + 1]?.index).trim())
    // Named without a value: it is emptied, except where there has to be one.
    if (texts[name] === undefined && (value !== '' || !isRequired(spec, name))) texts[name] = value
  })
  return texts
}

/** Of an option with choices the value is one word; what follows it is people's own words again. */
export function withChoices(
  spec: CommandSpec,
  texts: Readonly<Record<string, string>>,
): { readonly texts: TypedOptions } | { readonly option: CommandOption; readonly value: string } {
  const [first] = of(spec, 'text')
  let more: Readonly<Record<string, string>> = texts
  for (const option of spec.options) {
    const value = texts[option.name]
    // Emptied.
    if (!value || option.choices === undefined) continue
    const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(value) ?? []
    const choice = choiceIn(option, unquoted(word))
    const isFirst = first === undefined || option.name === first
    if (choice === null || (rest !== '' && isFirst)) return { option, value }
    const words = rest === '' ? {} : { [first ?? '']: [more[first ?? ''], rest].filter(Boolean).join(' ') }
    more = { ...more, ...words, [option.name]: choice }
  }
  return { texts: more }
}

/** As the option names it; null: it is none of them. */
export const choiceIn = ({ choices = [] }: CommandOption, word: string): string | null =>
  choices.find((choice) => choice.toLowerCase() === word.trim().toLowerCase()) ?? null

const of = (spec: CommandSpec, type: CommandOption['type']): string[] =>
  spec.options.filter((option) => option.type === type).map(({ name }) => name)

export const isRequired = (spec: CommandSpec, name: string): boolean =>
  spec.options.some((option) => option.name === name && option.required)

/** Names of options are letters, digits, - and _. */
const oneOf = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll(/[^\w-]/g, '')).join('|')

/** Clients make typographic quotes of the plain ones. */
const unquoted = (value: string): string => /^["“”]([^"“”]*)["“”]$/.exec(value)?.[1] ?? value
