import { readFile, stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import { broken, decode, mostPixels, type Source } from './pixels.ts'
import { sharp } from './sharp.ts'

/** Bytes; a drawing beyond it takes minutes to draw. */
const longest = 5 * 1024 * 1024
/** Pixels: an icon is drawn larger, as a vector loses nothing by it. */
const smallest = 768
/** Dots an inch at which one unit is one pixel; sharp takes 1 to 100,000. */
const natural = 72

/** Drawn on white, as a page is. Nothing that it refers to is loaded: bytes have no address to look from. */
export async function openSvg(path: string, longestEdge: number): Promise<Source> {
  if ((await stat(path)).size > longest) {
    throw new MediaError('too_large', 'an SVG may have 5 MB; send it as PNG')
  }
  const bytes = await readFile(path)
  const facts = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw broken(error)
    })
  const edge = Math.max(facts.width, facts.height)
  const target = Math.min(longestEdge, Math.max(edge, smallest))
  const scale = target / edge
  return {
    width: Math.max(1, Math.round(facts.width * scale)),
    height: Math.max(1, Math.round(facts.height * scale)),
    frames: 1,
    drawn: true,
    facts: null,
    pixels: () =>
      decode(
        sharp(bytes, {
          density: Math.min(100_000, Math.max(1, natural * scale)),
          limitInputPixels: mostPixels,
        }).flatten({
          background: '#fff',
        }),
        longestEdge,
      ).catch((error: unknown) => {
        throw broken(error)
      }),
  }
}
