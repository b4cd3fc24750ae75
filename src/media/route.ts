import type { FileRef } from '../ports/event.ts'
import { DownloadError } from '../ports/failure.ts'
import type { PromptPart } from '../ports/model.ts'
import { fetchFile } from './download.ts'
import { imageLimits, readImage } from './image.ts'

/** What attachments became: parts of the prompt, and a line for the user about each one left out. */
export interface Routed {
  readonly parts: readonly PromptPart[]
  /** One sentence each, naming the file and the reason. */
  readonly skipped: readonly string[]
}

type Download = (file: FileRef, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

/** Reads attachments in message order. Nothing here fails the turn: what can't be read is named and left out. */
export async function routeFiles(
  files: readonly FileRef[],
  download: Download,
  signal: AbortSignal,
): Promise<Routed> {
  const taken = files.slice(0, imageLimits.perMessage)
  const read = await Promise.all(taken.map((file) => readOne(file, download, signal)))
  const skipped = read.flatMap((result, i) =>
    result.kind === 'skipped' ? [`${quoted(taken[i]?.name ?? 'file')}: ${result.why}.`] : [],
  )
  if (files.length > taken.length) {
    skipped.push(`Only the first ${imageLimits.perMessage} of ${files.length} files were read.`)
  }
  return { parts: read.flatMap((result) => (result.kind === 'image' ? [result] : [])), skipped }
}

async function readOne(file: FileRef, download: Download, signal: AbortSignal) {
  try {
    return await readImage(file.name, await fetchFile(file, download, imageLimits.bytes, signal))
  } catch (error) {
    if (error instanceof DownloadError) return { kind: 'skipped' as const, why: error.words }
    throw error
  }
}

/** A name is the sender's: shown as code so that nothing in it is formatted or mentions anyone. */
const quoted = (name: string): string => `\`${name.replaceAll('`', "'").slice(0, 100)}\``
