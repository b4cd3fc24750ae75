import { createHash } from 'node:crypto'
import type { MessageRef } from '../../../src/ports/event.ts'
import type { MediaFile, TextFile } from '../../../src/ports/platform.ts'
import { Problem } from '../problem.ts'
import type { Files } from './files.ts'
import type { Attachment } from './message.ts'

/** What Parley made, beside what people attach: sounds, pictures, texts of its answers. */
export interface MadeFiles {
  /**
   * The files of a message that carries this one now: `before` itself when it carries it already, or none is given.
   * `why`: it can't be kept, in words.
   */
  keep(
    file: TextFile | MediaFile | undefined,
    message: MessageRef,
    before?: readonly Attachment[],
  ): Promise<{ readonly files: readonly Attachment[] } | { readonly why: string }>
}

/** Digests of what lies there lately, by the attachment's id: an edit mostly carries what the message has. */
const remembered = 500

export function createMadeFiles(files: Files): MadeFiles {
  const contents = new Map<string, string>()

  function remember(attachment: string, content: string): void {
    contents.set(attachment, content)
    const oldest = contents.size > remembered ? contents.keys().next().value : undefined
    if (oldest !== undefined) contents.delete(oldest)
  }

  return {
    async keep(file, message, before = []) {
      const [known] = before
      const content = file && contentOf(file)
      if (!file || !content || (known && contents.get(known.id) === content)) return { files: before }
      try {
        const saved = await files.save(claimsOf(file), bytesOf(file), null)
        const kept = await files.attach([saved.id], message, null)
        remember(saved.id, content)
        return { files: kept }
      } catch (error) {
        if (error instanceof Problem) return { why: error.message }
        throw error
      }
    },
  }
}

const contentOf = (file: TextFile | MediaFile): string =>
  file.kind === 'text' ? createHash('sha256').update(file.text).digest('base64url') : file.id

const bytesOf = (file: TextFile | MediaFile): AsyncIterable<Uint8Array> =>
  (file.kind === 'text' ? new Blob([file.text]) : file.body).stream()

const claimsOf = (file: TextFile | MediaFile) =>
  file.kind === 'text'
    ? { name: file.name, type: 'text/plain' }
    : { name: file.name, type: file.type, description: file.description, seconds: file.seconds }
