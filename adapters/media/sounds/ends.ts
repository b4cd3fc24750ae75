import { open } from 'node:fs/promises'

/** The first bytes of a file. */
export const headOf = (path: string, length: number): Promise<Buffer> => bytesAt(path, 0, length)

const END_BYTES = 16

/** The last bytes of a file of this size. */
export const endOf = (path: string, size: number): Promise<Buffer> =>
  bytesAt(path, Math.max(0, size - END_BYTES), END_BYTES)

async function bytesAt(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
