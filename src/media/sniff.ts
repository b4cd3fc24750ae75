import { manyPixels, mediaLimits } from './limits.ts'
import { isHtml, isSvg, looksLikeText } from './text-bytes.ts'

/** What a file is, told from its first bytes; names and declared types are only claims. */
export type Sniffed =
  /** `size`: null where the beginning doesn't tell it. */
  | {
      readonly kind: 'picture'
      readonly type: string
      readonly size: { readonly width: number; readonly height: number } | null
    }
  | { readonly kind: 'document'; readonly as: 'pdf' | 'docx' | 'text' }
  | { readonly kind: 'sound'; readonly type: string }
  /** `why` continues the sentence "<name>: ". */
  | { readonly kind: 'unreadable'; readonly why: string }

export interface Claims {
  readonly name: string
  readonly type: string | null
}

/** Bytes that are enough to tell: a camera puts a small picture and notes before the size of the large one. */
export const headBytes = 256 * 1024

const pictures: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/heic',
  'image/heif',
  'image/heic-sequence',
  'image/heif-sequence',
  'image/avif',
  'image/tiff',
  'image/bmp',
])

/** Those that say how large they are in their first bytes. */
const frank: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/gif',
  'image/bmp',
  'image/webp',
])

const readableWords = 'pictures, recordings, films with sound, PDF, Word (.docx), text and code'

/** `head`: the first `headBytes`, or the whole file where it is shorter. */
export async function sniff(head: Uint8Array, claims: Claims): Promise<Sniffed> {
  if (head.length === 0) return unreadable('the file is empty')
  const type = await typeOf(head)
  if (isSvg(head)) return { kind: 'picture', type: 'image/svg+xml', size: null }
  if (isHtml(head)) return page(claims)
  if (type === null || isText(type)) {
    return looksLikeText(head)
      ? { kind: 'document', as: 'text' }
      : unreadable(`I can’t tell what kind of file it is; I can read ${readableWords}`)
  }
  if (type === 'application/pdf') return { kind: 'document', as: 'pdf' }
  if (type === docx || (type === 'application/zip' && /\.docx$/i.test(claims.name))) {
    return { kind: 'document', as: 'docx' }
  }
  if (/^(audio|video)\//.test(type) || type === 'application/ogg') return { kind: 'sound', type }
  if (pictures.has(type)) return pictureOf(head, type)
  if (type.startsWith('image/')) {
    return unreadable(`it is ${type}; I can see PNG, JPEG, GIF, WebP, HEIC, AVIF, TIFF, BMP and SVG`)
  }
  return unreadable(`I can’t read this kind of file (${type}); I can read ${readableWords}`)
}

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

async function typeOf(head: Uint8Array): Promise<string | null> {
  const { fileTypeFromBuffer } = await import('file-type')
  // It reads on where a container leads, which may be beyond the beginning: then nothing is known.
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  return found?.mime ?? null
}

const isText = (type: string): boolean => type.startsWith('text/') || type === 'application/xml'

async function pictureOf(head: Uint8Array, type: string): Promise<Sniffed> {
  const { imageSize } = await import('image-size')
  try {
    const { width, height } = imageSize(head)
    if (width > 0 && height > 0) {
      return width * height > mediaLimits.pixels
        ? unreadable(manyPixels(width, height))
        : { kind: 'picture', type, size: { width, height } }
    }
  } catch {
    // Its header is cut or lies, or it stands further behind.
    if (!frank.has(type) && head.length >= headBytes) return { kind: 'picture', type, size: null }
  }
  return unreadable(`it starts like ${type} but can’t be read as a picture`)
}

/** A web page that was sent as one is text; one that comes in the place of a picture is an error in disguise. */
function page({ name, type }: Claims): Sniffed {
  const isOther =
    /^(image|audio|video)\/|^application\/pdf/.test(type ?? '') ||
    /\.(png|jpe?g|gif|webp|heic|avif|tiff?|bmp|pdf|docx|mp3|m4a|ogg|opus|wav|flac|mp4|mov|webm)$/i.test(name)
  return isOther
    ? unreadable(
        'a web page came in its place; its link may be over or ask for a login: attach the file itself',
      )
    : { kind: 'document', as: 'text' }
}

/** Whether it claims to be a recording. */
export const saysSound = ({ name, type, voice }: Claims & { readonly voice?: unknown }): boolean =>
  voice !== undefined ||
  /^(audio|video)\//.test(type ?? '') ||
  /\.(mp3|m4a|aac|og[ga]|opus|wav|flac|mp4|mov|webm|mkv)$/i.test(name)

const unreadable = (why: string): Sniffed => ({ kind: 'unreadable', why })
