import { cleanText } from '../../../src/clean-text.ts'
import type { Directory } from '../directory.ts'
import { idsIn, markdownOf, type Naming } from '../marks.ts'
import { blockWords, idsInBlocks } from '../rich-text.ts'

/** The part of a message that has words. */
export interface Wordy {
  readonly text: string
  readonly blocks: readonly unknown[]
}

/** UTF-16 units. A message holds 40,000 (Slack's limit). */
const longestText = 40_000
/** Names that are looked up for one message; further ids go without. */
const mostNames = 20

/** What was said, as Markdown with names for ids; the mention of the bot itself is left out. */
export function wordsOf(said: Wordy, naming: Naming, self: string | null = null): string {
  const named: Naming = { ...naming, user: (id) => (id === self ? own : naming.user(id)) }
  const words = blockWords(said.blocks, named) || markdownOf(withoutLabel(said.text, self), named)
  return bounded(withoutSelf(words).trim())
}

/** Stands for the bot's own name until it is taken out; of no script (private use area). */
const own = '\uE0B0'

/** The mention goes with the space before it, so that the sentence closes over it. */
const withoutSelf = (words: string): string =>
  words
    .replace(new RegExp(`^\\s*@${own}[,:]?`), '')
    .replaceAll(` @${own}`, '')
    .replaceAll(`@${own}`, '')

const withoutLabel = (text: string, self: string | null): string =>
  self === null ? text : text.replaceAll(new RegExp(`<@${self}\\|[^<>]*>`, 'g'), `<@${self}>`)

/** Looks up all that these need. Rejects with the signal's reason only. */
export async function namesFor(
  said: readonly Wordy[],
  { directory, team, self }: { readonly directory: Directory; readonly team: string; readonly self: string },
  signal: AbortSignal,
): Promise<Naming> {
  const ids = said.flatMap(({ text, blocks }) => [idsIn(text), idsInBlocks(blocks)])
  const known = async (
    of: (one: (typeof ids)[number]) => readonly string[],
    name: (team: string, id: string, signal: AbortSignal) => Promise<string | null>,
  ): Promise<ReadonlyMap<string, string | null>> => {
    const wanted = [...new Set(ids.flatMap(of))].filter((id) => id !== self).slice(0, mostNames)
    return new Map(await Promise.all(wanted.map(async (id) => [id, await name(team, id, signal)] as const)))
  }
  const [users, channels, groups] = await Promise.all([
    known(({ users }) => users, directory.userName),
    known(({ channels }) => channels, directory.channelName),
    known(({ groups }) => groups, directory.groupName),
  ])
  return {
    user: (id) => users.get(id) ?? null,
    channel: (id) => channels.get(id) ?? null,
    group: (id) => groups.get(id) ?? null,
  }
}

export function bounded(text: string, limit = longestText): string {
  return cleanText(text.length > limit ? `${text.slice(0, limit - 1)}…` : text)
}
