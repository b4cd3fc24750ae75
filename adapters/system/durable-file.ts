import { open, rm } from 'node:fs/promises'

/** Bytes written, and on the disk when it resolves; of what fails, nothing stays. */
export async function writeDurably(path: string, content: Blob | Uint8Array): Promise<number> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content instanceof Blob ? content.stream() : content)
    await handle.sync()
    return (await handle.stat()).size
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** A rename is durable once its folder is; Windows can't open one, and needs not. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
