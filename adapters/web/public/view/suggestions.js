/**
 * What to offer for a text that begins with `/`: commands while the name is typed, then an option's values.
 * @param {string} text what stands before the caret
 * @param {{ commands: object[], models: string[], voices: string[] }} known
 * @returns {{ kind: 'command' | 'value', items: { label: string, detail: string, whole: string }[], usage: string | null } | null}
 */
export function suggestionsFor(text, known) {
  const { commands } = known
  const name = /^\/([\w-]*)$/.exec(text)
  if (name) {
    const items = commands
      .filter((command) => command.name.startsWith(name[1].toLowerCase()))
      .map((command) => ({
        label: `/${command.name}`,
        detail: command.description,
        whole: command.options.length > 0 ? `/${command.name} ` : `/${command.name}`,
      }))
    return { kind: 'command', items, usage: null }
  }
  const called = /^\/([\w-]+)\s(.*)$/s.exec(text)
  const command = called && commands.find((one) => one.name === called[1].toLowerCase())
  if (!command) return null
  return { kind: 'value', items: valuesFor(called[2], command, known), usage: usageOf(command) }
}

/** What fits the option that is being written: one by its name (`--voice mar`, `voice: mar`), or else the first that takes words. */
function valuesFor(rest, command, known) {
  const [, before, option, typed] = named(rest, command) ?? [null, '', firstWords(command), rest.trimStart()]
  const wanted = typed.toLowerCase()
  const values = option?.choices ?? { models: known.models, voices: known.voices }[option?.suggest] ?? []
  if (wanted.includes('\n')) return []
  return values
    .filter((value) => value.toLowerCase().includes(wanted) && value.toLowerCase() !== wanted)
    .map((value) => ({ label: value, detail: '', whole: `/${command.name} ${before}${value}` }))
}

/** An option with its name at the end of what is written, with what stands before its value. */
function named(rest, command) {
  const found = /^((?:.*\s)?(?:--([a-z][a-z0-9-]*)[ =]|([a-z][a-z0-9-]*): ?))(\S*)$/s.exec(rest)
  const option =
    found && command.options.find(({ name, type }) => name === (found[2] ?? found[3]) && type === 'text')
  return option ? [null, found[1].trimStart(), option, found[4]] : null
}

const firstWords = (command) => command.options.find(({ type }) => type === 'text')

/** As it is written: what is named, then the words. */
function usageOf(command) {
  const words = firstWords(command)
  const named = command.options.filter((one) => one !== words && one.type !== 'file')
  const call = [
    `/${command.name}`,
    ...named.map((one) => asked(one, `--${one.name}${one.type === 'flag' ? '' : ' …'}`)),
    ...(words ? [asked(words, words.name)] : []),
  ].join(' ')
  return `${call} — ${command.description}`
}

const asked = ({ required }, word) => (required ? word : `[${word}]`)
