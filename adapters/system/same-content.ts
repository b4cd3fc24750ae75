import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isMissing } from './shelf-label.ts'

/** Whether a file is what would be put there. One that somebody deleted or changed is not. */
export async function holds(path: string, content: Blob | Uint8Array): Promise<boolean> {
  try {
    const there = await openAsBlob(path)
    if (there.size !== (content instanceof Blob ? content.size : content.length)) return false
    const body = content instanceof Blob ? content : new Blob([new Uint8Array(content)])
    return (await digestOf(there)) === (await digestOf(body))
  } catch {
    return false
  }
}

/** false: the file is not there, or is another. Rejects with what the disk says otherwise, which may pass. */
export async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function digestOf(blob: Blob): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of blob.stream()) hash.update(chunk)
  return hash.digest('hex')
}
