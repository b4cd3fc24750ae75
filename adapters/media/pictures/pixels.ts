import type { Metadata, Sharp } from 'sharp'
import { manyPixels, mediaLimits } from '../../../src/media/limits.ts'
import { MediaError } from '../../../src/ports/failure.ts'
import { sharp } from './sharp.ts'

/** A picture that was opened, and not yet decoded. */
export interface Source {
  readonly width: number
  readonly height: number
  readonly frames: number
  /** Lossless at its source: a screenshot, a drawing. */
  readonly drawn: boolean
  /** What sharp tells of the file; null where it is none of sharp's. */
  readonly facts: Metadata | null
  /** Decodes it: upright, sRGB, no edge longer than `longestEdge`, never enlarged. */
  pixels(longestEdge: number): Promise<Pixels>
}

/** Rows from the top, 8 bits a channel. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
}

export const mostPixels = mediaLimits.pixels

export function withinLimits({ width, height }: { readonly width: number; readonly height: number }): void {
  if (width * height <= mostPixels) return
  throw new MediaError('too_large', manyPixels(width, height))
}

export const broken = (cause: unknown): MediaError =>
  new MediaError('broken', 'it can’t be read as a picture: it is damaged or cut off', cause)

/** PNG, JPEG, WebP, GIF, TIFF and AVIF. Of many frames or pages, the first. */
export async function openPicture(path: string): Promise<Source> {
  const facts = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw broken(error)
    })
  return {
    width: facts.width,
    height: facts.height,
    frames: facts.pages ?? 1,
    drawn: facts.format === 'png' || facts.format === 'gif',
    facts,
    pixels: (longestEdge) => wholeOrCut(path, longestEdge),
  }
}

/** A photo that was cut off shows what there is of it; what shows nothing is broken. */
async function wholeOrCut(path: string, longestEdge: number): Promise<Pixels> {
  try {
    return await decode(sharp(path, { ...reading, failOn: 'error' }), longestEdge)
  } catch {
    // Damaged: how much of it can be seen is tried now.
  }
  try {
    const pixels = await decode(sharp(path, { ...reading, failOn: 'none' }), longestEdge)
    if (!flat(pixels)) return pixels
  } catch (error) {
    throw broken(error)
  }
  throw broken('every pixel is the same')
}

const reading = { limitInputPixels: mostPixels, sequentialRead: true } as const

export async function decode(picture: Sharp, longestEdge: number): Promise<Pixels> {
  const { data, info } = await picture
    .autoOrient()
    .resize({ width: longestEdge, height: longestEdge, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] }
}

/** Pixels of a decoder that is none of sharp's. */
export const scaled = (pixels: Pixels, longestEdge: number): Promise<Pixels> => {
  const { data, width, height, channels } = pixels
  return decode(sharp(data, { raw: { width, height, channels }, ...reading }), longestEdge)
}

/** What a decoder leaves of nothing: one colour. */
function flat({ data, channels }: Pixels): boolean {
  for (let at = channels; at < data.length; at++) if (data[at] !== data[at - channels]) return false
  return true
}
