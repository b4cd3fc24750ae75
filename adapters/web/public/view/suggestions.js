/**
 * What to offer for a text that begins with `/`: commands while the name is typed, then an option's values.
 * @param {string} text what stands before the caret
 * @param {{ commands: object[], models: string[] }} known
 * @returns {{ kind: 'command' | 'value', items: { label: string, detail: string, whole: string }[], usage: string | null } | null}
 */
export function suggestionsFor(text, { commands, models }) {
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
  const wanted = called[2].trimStart().toLowerCase()
  const fromModels = command.options.some((option) => option.suggest === 'models') && !wanted.includes('\n')
  const items = fromModels
    ? models
        .filter((model) => model.toLowerCase().includes(wanted) && model.toLowerCase() !== wanted)
        .map((model) => ({ label: model, detail: '', whole: `/${command.name} ${model}` }))
    : []
  return { kind: 'value', items, usage: usageOf(command) }
}

function usageOf(command) {
  const option = ({ name, type, required }) => {
    const word = type === 'flag' ? `--${name}` : name
    return required ? word : `[${word}]`
  }
  const call = [
    `/${command.name}`,
    ...command.options.filter(({ type }) => type !== 'file').map(option),
  ].join(' ')
  return `${call} — ${command.description}`
}
