import { open } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { DocumentRead, DocumentWish } from '../../../src/ports/media-tools.ts'
import { clean, cutTo } from './clean.ts'
import { encodingOf } from './encoding.ts'

/** Bytes a UTF-16 unit takes at most: in UTF-8 three, in GB18030 four. */
const widest = 4

/** A text of any encoding; no more of the file is read than can be told. */
export async function readText(path: string, wish: DocumentWish): Promise<DocumentRead> {
  const { bytes, all } = await beginning(path, wish.longest * widest)
  const encoding = encodingOf(bytes)
  // A character that the reading cut through at the end is left out, not replaced.
  const decoded = new TextDecoder(encoding).decode(bytes, { stream: !all })
  refuseBinary(decoded)
  const whole = clean(decoded)
  const text = cutTo(whole, wish.longest)
  return {
    pages: [{ number: 1, text, picture: null }],
    pageCount: null,
    cut: !all || text.length < whole.length,
    length: all ? whole.length : null,
    encoding,
  }
}

async function beginning(path: string, most: number): Promise<{ bytes: Uint8Array; all: boolean }> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, most))
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return { bytes: bytes.subarray(0, at), all: at === size }
  } finally {
    await file.close()
  }
}

/** Of the characters; a log with colours stays below it. */
const mostControls = 0.02
/** In a short text a single one would be many. */
const fewControls = 3

function refuseBinary(text: string): void {
  const sample = text.slice(0, 64 * 1024)
  const controls = sample.match(/[\u0000-\u0007\u000e-\u001a\u001c-\u001f\u007f]/g)?.length ?? 0
  const holes = sample.match(/[\u0000\ufffd]/g)?.length ?? 0
  if (controls > fewControls + sample.length * mostControls || holes > sample.length * 0.1) {
    throw new MediaError(
      'unsupported',
      'it is not text, and I don’t know this kind of file; send it as plain text or PDF',
    )
  }
}
