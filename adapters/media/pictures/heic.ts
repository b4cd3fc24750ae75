import { readFile } from 'node:fs/promises'
import heic from 'heic-decode'
import { MediaError } from '../../../src/ports/failure.ts'
import { broken, type Source, scaled } from './pixels.ts'

/** What fits into the memory that a HEIC job gets. */
const mostPixels = 25_000_000

/** The decoder turns it upright by itself. */
export async function readHeic(path: string): Promise<Source> {
  const images = await readFile(path)
    .then((buffer) => heic.all({ buffer }))
    .catch((error: unknown) => {
      throw broken(error)
    })
  const first = images[0]
  if (first === undefined) throw broken('no image')
  const { width, height } = first
  if (width * height > mostPixels) {
    throw new MediaError(
      'too_large',
      `${width}×${height} pixels are more than the 25 million I can take as HEIC; send it as JPEG`,
    )
  }
  return {
    width,
    height,
    frames: images.length,
    drawn: false,
    facts: null,
    pixels: async (longestEdge) => {
      const decoded = await first.decode().catch((error: unknown) => {
        throw broken(error)
      })
      images.dispose()
      const { data } = decoded
      return scaled(
        { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: 4 },
        longestEdge,
      )
    },
  }
}
