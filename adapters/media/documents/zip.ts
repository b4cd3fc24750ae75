import { open } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'

/** Bytes, unpacked, all entries together. */
const mostUnpacked = 100 * 1024 * 1024
/** Unpacked to packed; small files of plain text reach it honestly. */
const mostRatio = 100
const ratioFrom = 10 * 1024 * 1024
const mostEntries = 10_000

/** The end record: 22 bytes, and a comment of at most 65,535 (ZIP's APPNOTE, 4.3.16). */
const endRecord = { signature: 0x06054b50, size: 22, comment: 65_535 } as const
const entry = { signature: 0x02014b50, size: 46 } as const

/** The names in a ZIP, by its directory. Rejects when it says that it unpacks to more than I take. */
export async function zipNames(path: string): Promise<string[]> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (from: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, from)).buffer
    const tail = Math.min(size, endRecord.size + endRecord.comment)
    const end = endOf(await read(size - tail, tail))
    if (end.entries > mostEntries || end.offset + end.length > size) throw damaged()
    const { names, unpacked } = entriesOf(await read(end.offset, end.length))
    if (unpacked > mostUnpacked || (unpacked > ratioFrom && unpacked > size * mostRatio)) {
      throw new MediaError(
        'too_large',
        `it unpacks to ${Math.round(unpacked / 1024 / 1024)} MB, which is more than I take; send it as PDF, or in parts`,
      )
    }
    return names
  } finally {
    await file.close()
  }
}

function endOf(tail: Buffer): { entries: number; length: number; offset: number } {
  for (let at = tail.length - endRecord.size; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endRecord.signature) continue
    return {
      entries: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    }
  }
  throw damaged()
}

function entriesOf(directory: Buffer): { names: string[]; unpacked: number } {
  const names: string[] = []
  let unpacked = 0
  for (let at = 0; at + entry.size <= directory.length; ) {
    if (directory.readUInt32LE(at) !== entry.signature) throw damaged()
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field))
    unpacked += directory.readUInt32LE(at + 24)
    names.push(directory.toString('utf8', at + entry.size, at + entry.size + (name ?? 0)))
    at += entry.size + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return { names, unpacked }
}

export const damaged = (cause?: unknown): MediaError =>
  new MediaError('broken', 'it can’t be read as a DOCX: it is damaged or cut off', cause)
