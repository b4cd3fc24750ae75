import type { FileRef } from '../ports/event.ts'
import { DownloadError } from '../ports/failure.ts'
import type { PromptPart } from '../ports/model.ts'
import { turnLimits } from './allowance.ts'
import { crowdedWords, type Fetching, fetchFile } from './download.ts'
import { imageLimits, readImage } from './image.ts'

/** What attachments became: parts of the prompt, and a line for the user about each one left out. */
export interface Routed {
  readonly parts: readonly PromptPart[]
  /** One sentence each, naming the file and the reason. */
  readonly skipped: readonly string[]
}

/** Bytes to be expected of them, by what their senders claim. */
export function claimedBytes(files: readonly FileRef[]): number {
  const sizes = files.map(({ size }) => Math.min(size ?? imageLimits.bytes, imageLimits.bytes))
  return Math.min(
    turnLimits.bytes,
    sizes.reduce((sum, size) => sum + size, 0),
  )
}

/** What is said of files for which there was no room in memory. */
export const crowdedOut = (files: readonly FileRef[]): Routed => ({
  parts: [],
  skipped: files.map(({ name }) => `${quoted(name)}: ${crowdedWords}.`),
})

/** Names in the sentence about files beyond the turn's number. */
const mostNamed = 3

/** Reads attachments in message order. Nothing here fails the turn: what can't be read is named and left out. */
export async function routeFiles(files: readonly FileRef[], fetching: Fetching): Promise<Routed> {
  const taken = files.filter(() => fetching.allowance.takeFile())
  const read = await Promise.all(taken.map(async (file) => ({ file, result: await readOne(file, fetching) })))
  return {
    parts: read.flatMap(({ result }) => (result.kind === 'image' ? [result] : [])),
    skipped: [
      ...read.flatMap(({ file, result }) =>
        result.kind === 'skipped' ? [`${quoted(file.name)}: ${result.why}.`] : [],
      ),
      ...beyond(files.slice(taken.length)),
    ],
  }
}

function readOne(file: FileRef, fetching: Fetching) {
  return fetching.allowance.inPlace(async () => {
    try {
      return await readImage(file.name, await fetchFile(file, fetching))
    } catch (error) {
      if (error instanceof DownloadError) return { kind: 'skipped' as const, why: error.words }
      throw error
    }
  })
}

function beyond(files: readonly FileRef[]): string[] {
  if (files.length === 0) return []
  const names = files.slice(0, mostNamed).map(({ name }) => quoted(name))
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : ''
  return [`${names.join(', ')}${more}: I read ${turnLimits.files} files at a time; send the rest afterwards.`]
}

/** A name is the sender's: shown as code so that nothing in it is formatted or mentions anyone. */
const quoted = (name: string): string => `\`${name.replaceAll('`', "'").slice(0, 100)}\``
