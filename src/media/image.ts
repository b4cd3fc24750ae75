import type { PromptImage } from '../ports/model.ts'
import { sniff } from './sniff.ts'

/** Vision takes these as they are (OpenAI's vision guide). */
const seen: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

export const imageLimits = {
  bytes: 20 * 1024 * 1024,
  /** Beyond this a small file unpacks to gigabytes; providers refuse it too. */
  pixels: 50_000_000,
} as const

export type ImageRead =
  | { readonly kind: 'image'; readonly image: Extract<PromptImage, { kind: 'bytes' }> }
  | { readonly kind: 'skipped'; readonly why: string }

/** Decides whether these bytes are an image the model can see; `why` continues the sentence "<name>: ". */
export async function readImage(name: string, bytes: Uint8Array): Promise<ImageRead> {
  const skipped = (why: string): ImageRead => ({ kind: 'skipped', why })
  if (bytes.length === 0) return skipped('the file is empty')
  if (bytes.length > imageLimits.bytes) {
    return skipped(
      `${megabytes(bytes.length)} is more than the ${megabytes(imageLimits.bytes)} an image may have`,
    )
  }
  const what = await sniff(bytes)
  switch (what.kind) {
    case 'broken':
      return skipped(`it starts like ${what.type} but can't be read as an image`)
    case 'other':
      return skipped(
        what.type === null
          ? 'I can’t read this kind of file yet, only images (PNG, JPEG, GIF, WebP)'
          : `I can’t read this kind of file (${what.type}) yet, only images (PNG, JPEG, GIF, WebP)`,
      )
    case 'image':
      if (!seen.has(what.type)) return skipped(`it is ${what.type}; I can see PNG, JPEG, GIF and WebP`)
      if (what.width * what.height > imageLimits.pixels) {
        return skipped(`${what.width}×${what.height} pixels are more than the 50 million I can take`)
      }
      return { kind: 'image', image: { ...what, kind: 'bytes', bytes, name } }
  }
}

export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
