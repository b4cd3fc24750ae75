import type { Sharp } from 'sharp'
import { MediaError } from '../../../src/ports/failure.ts'
import type { PictureRead } from '../../../src/ports/media-tools.ts'
import type { Pixels } from './pixels.ts'
import { sharp } from './sharp.ts'

/** PNG for what is drawn or transparent and stays small as such, JPEG for all else; within `most` bytes. */
export async function encode(
  pixels: Pixels,
  drawn: boolean,
  most: number,
): Promise<Omit<PictureRead, 'frames'>> {
  const transparent = pixels.channels % 2 === 0 && !(await opened(pixels).stats()).isOpaque
  const { width, height } = pixels
  if (drawn || transparent) {
    const picture = transparent || pixels.channels % 2 === 1 ? opened(pixels) : opened(pixels).removeAlpha()
    const bytes = await picture.png().toBuffer()
    if (bytes.length <= Math.min(most, smallDrawing)) return { bytes, type: 'image/png', width, height }
  }
  for (const [quality, scale] of steps) {
    const picture = opened(pixels).flatten({ background: '#fff' })
    if (scale < 1) picture.resize({ width: Math.max(1, Math.round(width * scale)) })
    const { data: bytes, info } = await picture
      .jpeg({ quality, mozjpeg: false })
      .toBuffer({ resolveWithObject: true })
    if (bytes.length <= most) return { bytes, type: 'image/jpeg', width: info.width, height: info.height }
  }
  throw new MediaError('too_large', 'it can’t be made small enough to be sent to the model')
}

/** Bytes. A PNG beyond it is rather a photo. */
const smallDrawing = 4 * 1024 * 1024

/** Quality and scale, tried in turn until it is small enough. */
const steps = [
  [85, 1],
  [70, 1],
  [60, 0.7],
  [50, 0.4],
  [40, 0.2],
] as const

const opened = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } })
