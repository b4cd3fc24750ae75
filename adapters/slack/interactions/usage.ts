import { distance } from 'fastest-levenshtein'
import type { CommandOption, CommandSpec } from '../../../src/ports/command.ts'
import { typed } from '../typed.ts'

/** What there is to type, in Markdown. */
export function helpWords(commands: readonly CommandSpec[]): string {
  return [
    'Mention me in a channel, or write to me directly; in a thread I take part in no mention is needed. Attach pictures, documents or recordings if you like, or just record a clip. Have an answer read aloud by its button, or by a 🔊 under it. Edit your question and I answer anew; delete it and the answer goes too.',
    listOf(commands),
    ...menuWords(commands),
    `${code('private:')} in front of a question shows the answer to you alone: ${code('/ask private: what …')}. Where a command takes several options, name them: ${code('/parley settings model=… persona=…')}.`,
  ].join('\n\n')
}

/** What stands in the menu of messages. */
function menuWords(commands: readonly CommandSpec[]): string[] {
  const entries = commands.flatMap(({ menu }) => (menu === undefined ? [] : [`*${menu}*`]))
  return entries.length === 0 ? [] : [`In the menu of each message (More actions): ${entries.join(', ')}.`]
}

/** Somebody typed a word that is no command. */
export function unknownWords(
  { word, slash }: { readonly word: string; readonly slash: string | null },
  commands: readonly CommandSpec[],
): string {
  const near = nearest(word, commands)
  const hint = near === null ? '' : ` Did you mean ${code(typed(near.name))}?`
  return `There is no command ${code(slash === null ? word : `${slash} ${word}`)}.${hint} To ask something, type ${code('/ask …')} or mention me.\n\n${listOf(commands)}`
}

/** A required option is missing. Files come from messages only: Slack hands none to a slash command. */
export const incompleteWords = (spec: CommandSpec): string =>
  wantsFile(spec)
    ? `Slack hands no files to commands. ${fromMenuWords(spec)}`
    : `Something is missing: ${code(usageOf(spec))}. ${spec.description}.`

const fromMenuWords = ({ menu }: CommandSpec): string =>
  menu === undefined
    ? 'Mention me in a message with the file, and say what you want.'
    : `Send the file in a message, open the menu of that message (More actions) and choose *${menu}*.`

/** An option was given something else than it takes. */
export const notAChoiceWords = ({ name, choices = [] }: CommandOption, value: string): string =>
  `${code(`${name}:`)} takes ${choices.map(code).join(', ')}; ${code(value)} is none of them.`

const callable = (commands: readonly CommandSpec[]): CommandSpec[] =>
  commands.filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)

const listOf = (commands: readonly CommandSpec[]): string =>
  callable(commands)
    .map((spec) => `- ${wayTo(spec)}: ${spec.description}`)
    .join('\n')

/** What can't be typed isn't shown as if it could. */
const wayTo = (spec: CommandSpec): string =>
  wantsFile(spec) && spec.menu !== undefined
    ? `*${spec.menu}*, in the menu of the message that has the file`
    : code(usageOf(spec))

const wantsFile = ({ options }: CommandSpec): boolean =>
  options.some(({ type, required }) => type === 'file' && required)

/** Slash commands bring no files. Of several texts each wants its name. */
const usageOf = (spec: CommandSpec): string => {
  const isNamed = spec.options.filter(({ type }) => type === 'text').length > 1
  return [
    typed(spec.name),
    ...spec.options
      .filter(({ type }) => type !== 'file')
      .sort((one, other) => rank(one.type) - rank(other.type))
      .map(({ name, type, required, choices }) => {
        if (type === 'flag') return `[${name}:]`
        const typed = isNamed ? `${name}=${choices?.join('|') ?? '…'}` : name
        return required ? `<${typed}>` : `[${typed}]`
      }),
  ].join(' ')
}

/** Flags stand in front. */
const rank = (type: string): number => (type === 'flag' ? 0 : 1)

/** At most two letters in five differ: two that were swapped count twice. Longer words are no slip of the finger. */
function nearest(word: string, commands: readonly CommandSpec[]): CommandSpec | null {
  if (word.length > 64) return null
  const ranked = callable(commands)
    .map((spec) => ({ spec, far: distance(word.toLowerCase(), spec.name) }))
    .sort((one, other) => one.far - other.far)
  const [best] = ranked
  return best && best.far <= Math.max(1, Math.floor(word.length * 0.4)) ? best.spec : null
}

/** People's own words inside ours, as code: nothing in them is formatted or mentions anyone. */
const code = (words: string): string =>
  `\`${words.replaceAll('`', "'").replaceAll(/\s+/g, ' ').trim().slice(0, 200).toWellFormed()}\``
