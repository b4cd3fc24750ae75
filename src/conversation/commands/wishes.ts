import { nearest } from '../../config/nearest.ts'
import type { CommandCalled } from '../../ports/event.ts'
import type { SettingsChange } from '../settings.ts'
import { asBlock, asCode, type CommandReply, type Surroundings } from './command.ts'

/** What came of the wish to set something in a channel; `words` are for the caller. */
export type Wish =
  | { readonly kind: 'change'; readonly change: SettingsChange; readonly words: string }
  | { readonly kind: 'unchanged' | 'refused'; readonly words: string }

/** Characters. Instructions ride along with every question: much longer ones cost more than they help. */
export const longestPersona = 4000

/** Written instead of a value, or as a form's emptied field, it goes back to what holds without it. */
const isDefault = (wanted: string): boolean => wanted === '' || wanted === 'default'

/** `wanted`: what was written; it is set also where it holds anyway, so that it stays when the default changes. */
export async function wishModel(
  wanted: string,
  { place: { conversation } }: CommandCalled,
  { settings, catalog, typed, signal }: Surroundings,
): Promise<Wish> {
  if (isDefault(wanted)) {
    const { model } = settings.unchosen(conversation)
    return { kind: 'change', change: { model: null }, words: `Back to the default: ${asCode(model)}.` }
  }
  const known = await catalog.has(wanted, signal)
  if (known === 'no') {
    const near = nearest(
      wanted,
      (await catalog.list(signal)).map((info) => info.id),
    )
    const hint = near === null ? '' : ` Did you mean ${asCode(near)}?`
    return {
      kind: 'refused',
      words: `There is no model ${asCode(wanted)}.${hint} \`${typed('models')}\` lists what there is.`,
    }
  }
  const doubt = known === 'unknown' ? ' The provider could not be asked whether it exists.' : ''
  const words = `From now on I use ${asCode(wanted)} here.${doubt}`
  return { kind: 'change', change: { model: wanted }, words }
}

export async function wishPersona(
  wanted: string,
  { place: { conversation } }: CommandCalled,
  { settings }: Surroundings,
): Promise<Wish> {
  if (wanted === inForm((await settings.of(conversation)).persona)) {
    return { kind: 'unchanged', words: 'Nothing changed: I follow these instructions here already.' }
  }
  if (isDefault(wanted)) {
    return { kind: 'change', change: { persona: null }, words: 'Back to the default instructions.' }
  }
  if (wanted.length > longestPersona) {
    const [may, have] = [longestPersona, wanted.length].map((count) => count.toLocaleString('en'))
    return { kind: 'refused', words: `Instructions can have ${may} characters; these have ${have}.` }
  }
  const words = `From now on I follow these instructions here:\n\n${asBlock(wanted)}`
  return { kind: 'change', change: { persona: wanted }, words }
}

/** Sets all that is wished, or nothing when one of the wishes is refused. */
export function carryOut(wishes: readonly Wish[]): CommandReply {
  const refused = wishes.filter(({ kind }) => kind === 'refused')
  if (refused.length > 0) return { markdown: inLines(refused), private: true }
  const changes = wishes.flatMap((wish) => (wish.kind === 'change' ? [wish] : []))
  if (changes.length === 0) return { markdown: inLines(wishes), private: true }
  const chosen: SettingsChange = Object.assign({}, ...changes.map(({ change }) => change))
  return { markdown: inLines(changes), private: false, chosen }
}

/** Instructions as a form's field holds them, and gives them back when nobody touched it. */
export const inForm = (persona: string): string =>
  persona.replaceAll('\r\n', '\n').trim().slice(0, longestPersona).toWellFormed().trim()

const inLines = (wishes: readonly Wish[]): string => wishes.map(({ words }) => words).join('\n\n')
