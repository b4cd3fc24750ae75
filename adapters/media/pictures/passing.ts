import { readFile, stat } from 'node:fs/promises'
import type { Metadata } from 'sharp'
import type { PictureRead, PictureWish } from '../../../src/ports/media-tools.ts'
import type { Source } from './pixels.ts'
import { sharp } from './sharp.ts'

/** The file as it is, where nothing has to be changed; null otherwise. */
export async function passes(path: string, source: Source, wish: PictureWish): Promise<PictureRead | null> {
  const { facts, frames, width, height } = source
  const type = facts === null ? undefined : taken[facts.format]
  if (facts === null || type === undefined || frames > 1) return null
  // Four inks are for printers; not every provider decodes them.
  if ((facts.orientation ?? 1) !== 1 || tells(facts) || facts.space === 'cmyk') return null
  if (Math.max(width, height) > wish.longestEdge || (await stat(path)).size > wish.most) return null
  const bytes = await readFile(path)
  if (!ends(type, bytes) || !(await decodes(path))) return null
  return { bytes, type, width, height, frames }
}

/** Vision takes these as they are (OpenAI's vision guide). */
const taken: Partial<Record<string, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
}

/** Whether something beside the picture is written in it: place, camera, author. */
const tells = (facts: Metadata): boolean =>
  [facts.exif, facts.xmp, facts.iptc, facts.tifftagPhotoshop].some((block) => block !== undefined) ||
  (facts.comments?.length ?? 0) > 0

/** Whether the picture ends where the file does: it was not cut off, and nothing is hidden behind it. */
function ends(type: string, bytes: Buffer): boolean {
  switch (type) {
    case 'image/jpeg':
      return bytes.subarray(-2).equals(Buffer.from([0xff, 0xd9]))
    case 'image/png':
      return bytes.subarray(-8, -4).toString('latin1') === 'IEND'
    case 'image/gif':
      return bytes.at(-1) === 0x3b
    default:
      // RIFF: what it says it has, and its own 8 bytes.
      return bytes.length >= 12 && bytes.readUInt32LE(4) + 8 === bytes.length
  }
}

/** A provider refuses the whole question for one damaged picture. */
const decodes = (path: string): Promise<boolean> =>
  sharp(path, { failOn: 'warning', sequentialRead: true })
    .resize(8, 8, { fit: 'fill' })
    .raw()
    .toBuffer()
    .then(
      () => true,
      // Not as it is, then; the tolerant decoding tells whether there is anything to be seen.
      () => false,
    )
