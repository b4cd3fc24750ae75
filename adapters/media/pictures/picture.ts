import { stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { PictureRead, PictureWish } from '../../../src/ports/media-tools.ts'
import { encode } from './encoding.ts'
import { passes } from './passing.ts'
import { openPicture, type Source, withinLimits } from './pixels.ts'
import { openSvg } from './svg.ts'

/** A picture for vision: upright, without what a camera wrote into it, within the wish. */
export async function picture(path: string, wish: PictureWish): Promise<PictureRead> {
  if ((await stat(path)).size === 0) throw new MediaError('empty', 'the file is empty')
  const source = await open(path, wish)
  withinLimits(source)
  const own = await passes(path, source, wish)
  if (own !== null) return own
  const pixels = await source.pixels(wish.longestEdge)
  return { ...(await encode(pixels, source.drawn, wish.most)), frames: source.frames }
}

/** Each decoder of its own is loaded where it is needed: HEIC's alone takes 70 ms. */
async function open(path: string, wish: PictureWish): Promise<Source> {
  switch (wish.type) {
    case 'image/svg+xml':
      return openSvg(path, wish.longestEdge)
    case 'image/bmp':
    case 'image/x-ms-bmp':
      return (await import('./bmp.ts')).readBmp(path)
    case 'image/heic':
    case 'image/heif':
    case 'image/heic-sequence':
    case 'image/heif-sequence':
      return (await import('./heic.ts')).readHeic(path)
    case 'image/png':
    case 'image/apng':
    case 'image/jpeg':
    case 'image/webp':
    case 'image/gif':
    case 'image/tiff':
    case 'image/avif':
      return openPicture(path)
    default:
      throw new MediaError(
        'unsupported',
        `I can’t read pictures of this kind (${wish.type}); send it as PNG or JPEG`,
      )
  }
}
