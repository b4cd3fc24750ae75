/** What a file is, told from its bytes; names and declared types are only claims. */
export type Sniffed =
  | { readonly kind: 'image'; readonly type: string; readonly width: number; readonly height: number }
  /** `type` is null when the bytes match no known format. */
  | { readonly kind: 'other'; readonly type: string | null }
  /** Looks like an image, but its header can't be read. */
  | { readonly kind: 'broken'; readonly type: string }

export async function sniff(bytes: Uint8Array): Promise<Sniffed> {
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(bytes)
  if (found === undefined) return { kind: 'other', type: null }
  if (!found.mime.startsWith('image/')) return { kind: 'other', type: found.mime }
  const { imageSize } = await import('image-size')
  try {
    const { width, height } = imageSize(bytes)
    if (width > 0 && height > 0) return { kind: 'image', type: found.mime, width, height }
  } catch {
    // The header is cut or lies; what that means is said below.
  }
  return { kind: 'broken', type: found.mime }
}
