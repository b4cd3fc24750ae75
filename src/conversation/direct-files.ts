import { createHash } from 'node:crypto'
import type { FileRead, Reading } from '../media/reader.ts'
import type { FileRef } from '../ports/event.ts'
import type { PromptPart } from '../ports/model.ts'
import type { DirectFile, DirectRequest } from './direct-port.ts'
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
}

/** All whose bytes came, pictures first. */
export function sentWith({ images, files = [] }: DirectRequest): readonly SentFile[] {
  return [
    ...images.flatMap((image, i) => (image.kind === 'bytes' ? [sent(`images[${i}]`, image)] : [])),
    ...files.map((file, i) => sent(`files[${i}]`, file)),
  ]
}

/** The same bytes are the same file: what is sent with each question of a conversation is read once. */
function sent(at: string, { name, bytes }: DirectFile): SentFile {
  const id = `bytes:${createHash('sha256').update(bytes).digest('hex')}`
  return { at, file: { id, name, type: null, size: bytes.length, url: null }, bytes }
}

/** Why one was not read: the provider, the budget, or the file. */
function refusalOf(at: string, read: Extract<FileRead, { kind: 'skipped' }> | undefined): Error {
  if (read?.failure) return read.failure
  const words = `${at}: ${read?.why ?? 'is one file too many.'}`
  return read?.budget
    ? new Refused('budget', words, read.budget.retryAfterMs)
    : new Refused('bad_input', words)
}

/** They go through the same checks as files of a platform do; one that can't be read refuses the request. */
export async function readSent(sent: readonly SentFile[], reading: Reading): Promise<SentRead> {
  const files = sent.map(({ file }) => file)
  const reads = files.length === 0 ? [] : await reading.read(files, 'asked')
  const parts = new Map<string, readonly PromptPart[]>()
  const notes: string[] = []
  for (const { at, file } of sent) {
    const read = reads.find((one) => one.file === file)
    if (read?.kind !== 'read') throw refusalOf(at, read)
    if (at.startsWith('images') && read.parts[0]?.kind !== 'image')
      throw new Refused(
        'bad_input',
        `${at}: this is no picture. Documents, texts and sounds go into "files".`,
      )
    parts.set(at, read.parts)
    if (read.note !== null) notes.push(`${at}: ${read.note}`)
  }
  return { partsOf: (at) => parts.get(at) ?? [], notes }
}
