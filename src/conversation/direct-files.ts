import { createHash } from 'node:crypto'
import type { Reading } from '../media/reader.ts'
import type { FileRef } from '../ports/event.ts'
import type { ModelError } from '../ports/failure.ts'
import type { Spender } from '../ports/ledger.ts'
import type { PromptPart } from '../ports/model.ts'
import type { DirectFile, DirectImage, DirectRequest } from './direct-port.ts'
import { ownFile } from './own-file.ts'
import { Refused } from './refused.ts'

/** A file that came with a request. */
export interface SentFile {
  /** Where it stood there: `files[0]`. */
  readonly at: string
  readonly file: FileRef
  readonly bytes: Uint8Array
}

export interface SentRead {
  /** What the model gets of the file that stood there. */
  partsOf(at: string): readonly PromptPart[]
  /** What was left out of one, a sentence each. */
  readonly notes: readonly string[]
  readonly skipped: readonly SkippedFile[]
}

export interface SkippedFile {
  /** A sentence that names its place and the reason. */
  readonly words: string
  /** It was the provider. */
  readonly failure?: ModelError | undefined
}

/** All whose bytes came, pictures first. */
export function sentWith({ spender, images, files = [] }: DirectRequest): readonly SentFile[] {
  return [
    ...images.flatMap((image, i) =>
      image.kind === 'bytes' ? [sent(spender, placeOf(image, i), image)] : [],
    ),
    ...files.map((file, i) => sent(spender, `files[${i}]`, file)),
  ]
}

/** As the caller knows it: `images[0]`. */
export const placeOf = ({ index }: DirectImage, i: number): string => `images[${index ?? i}]`

/** The same bytes of the same caller are the same file: what is sent with each question of a conversation is read once. */
function sent(spender: Spender, at: string, { name, bytes }: DirectFile): SentFile {
  const id = ownFile(spender, createHash('sha256').update(bytes).digest('hex'))
  return { at, file: { id, name, type: null, size: bytes.length, url: null }, bytes }
}

/**
 * They go through the same checks as files of a platform do; what can't be read is named, and the rest is answered.
 * What can't be paid for is refused.
 */
export async function readSent(sent: readonly SentFile[], reading: Reading): Promise<SentRead> {
  const files = sent.map(({ file }) => file)
  const reads = files.length === 0 ? [] : await reading.read(files, 'asked')
  const parts = new Map<string, readonly PromptPart[]>()
  const notes: string[] = []
  const skipped: SkippedFile[] = []
  for (const { at, file } of sent) {
    const read = reads.find((one) => one.file === file)
    // Of those beyond the number that is read, the first stands for all.
    if (read === undefined) continue
    if (read.kind === 'skipped') {
      const words = `${at}: ${read.why}`
      if (read.budget) throw new Refused('budget', words, read.budget.retryAfterMs)
      skipped.push({ words, failure: read.failure })
    } else if (at.startsWith('images') && read.parts[0]?.kind !== 'image') {
      skipped.push({ words: `${at}: this is no picture. Documents, texts and sounds go into "files".` })
    } else {
      parts.set(at, read.parts)
      if (read.note !== null) notes.push(`${at}: ${read.note}`)
    }
  }
  return { partsOf: (at) => parts.get(at) ?? [], notes, skipped }
}

/** Nothing is left to be asked. */
export function nothingLeft(skipped: readonly SkippedFile[]): Error {
  const words = skipped.map((one) => one.words).join(' ')
  return skipped.find(({ failure }) => failure)?.failure ?? new Refused('bad_input', words)
}
