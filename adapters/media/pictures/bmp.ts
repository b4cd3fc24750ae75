import { readFile } from 'node:fs/promises'
import { decode } from 'bmp-ts'
import { broken, type Source, scaled, withinLimits } from './pixels.ts'

/** Where the header says width and height, as 32 bits each; the height is negative where rows go from the top. */
const at = { width: 18, height: 22, end: 26 } as const

export async function readBmp(path: string): Promise<Source> {
  const bytes = await readFile(path)
  if (bytes.length < at.end || bytes.toString('latin1', 0, 2) !== 'BM') throw broken('no header')
  const size = { width: bytes.readInt32LE(at.width), height: Math.abs(bytes.readInt32LE(at.height)) }
  if (size.width <= 0 || size.height <= 0) throw broken('no size')
  // Before it is decoded: it makes room for as many pixels as are claimed.
  withinLimits(size)
  return {
    ...size,
    frames: 1,
    drawn: true,
    facts: null,
    pixels: async (longestEdge) => {
      const { data, width, height } = rgba(bytes)
      // Without its fourth channel: most programs leave it 0, and mean opaque.
      for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255
      return scaled({ data, width, height, channels: 4 }, longestEdge)
    },
  }
}

function rgba(bytes: Buffer): { data: Uint8Array; width: number; height: number } {
  try {
    return decode(bytes, { toRGBA: true })
  } catch (error) {
    throw broken(error)
  }
}
