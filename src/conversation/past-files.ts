import { linksIn } from '../media/image-links.ts'
import type { Reading } from '../media/reader.ts'
import type { FileRef } from '../ports/event.ts'
import type { StoredMessage } from './memory.ts'
import { type Seen, seenIn } from './prompt.ts'

/** A message of the window, with what is seen of its files. */
interface Past {
  readonly message: StoredMessage
  readonly seen: Seen
}

/**
 * Brings the window's files along; one that can't be had any more is simply missing from the past. `hosts`: from which
 * pictures are fetched whose links stand in questions.
 */
export async function withFiles(
  messages: readonly StoredMessage[],
  reading: Reading,
  hosts: readonly string[],
): Promise<Past[]> {
  const past = messages.map((message) => ({ message, files: filesOf(message, hosts) }))
  // The newest first: there is a limit to how many are read.
  const all = past.toReversed().flatMap(({ files }) => files)
  const reads = all.length === 0 ? [] : await reading.read(all, 'remembered')
  const found = new Map(reads.flatMap((one) => (one.kind === 'read' ? [[one.file, one] as const] : [])))
  return past.map(({ message, files }) => ({
    message,
    seen: seenIn(files.flatMap((file) => found.get(file) ?? [])),
  }))
}

export const withoutFiles = (messages: readonly StoredMessage[]): Past[] =>
  messages.map((message) => ({ message, seen: seenIn([]) }))

/** Its own, and the pictures behind its links. Where those took no tokens there were none, or there is no room for them now. */
function filesOf(
  { role, text, files, fileTokens }: StoredMessage,
  hosts: readonly string[],
): readonly FileRef[] {
  return role === 'assistant' || fileTokens === 0 ? files : [...files, ...linksIn(text, hosts)]
}
