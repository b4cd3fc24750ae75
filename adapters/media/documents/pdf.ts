import { readFile } from 'node:fs/promises'
import { type PDFiumDocument, PDFiumLibrary, type PDFiumPage } from '@hyzyla/pdfium'
import { MediaError } from '../../../src/ports/failure.ts'
import type { DocumentPage, DocumentRead, DocumentWish, PictureRead } from '../../../src/ports/media-tools.ts'
import { clean, cutTo } from './clean.ts'

/** UTF-16 units; a page with fewer is a scan with a page number at most. */
const fewest = 20
/** Pixels a point: 216 dots an inch; more shows no more. */
const largest = 3
/** Milliseconds; what was read by then is told before the job's own limit ends it with nothing. */
const patience = 6_000
/** Bytes of memory, likewise: pages from a scanner leave much of theirs behind, and the job's limit leaves room for one more. */
const enough = 125 * 1024 * 1024
/** Bytes of a page's picture. */
const pictureBytes = 2 * 1024 * 1024

export async function readPdf(path: string, wish: DocumentWish): Promise<DocumentRead> {
  const empty = process.memoryUsage.rss()
  // An engine for each document: what one leaves behind, in memory or in ruins, meets no other.
  const pdfium = await PDFiumLibrary.init()
  const document = await open(pdfium, await readFile(path))
  // The engine has a copy of its own; the file's bytes count against the job's memory until somebody collects them.
  globalThis.gc?.()
  const pageCount = document.getPageCount()
  if (pageCount === 0) throw new MediaError('broken', 'it has no pages, or they can’t be read')
  const start = performance.now()
  const pages: DocumentPage[] = []
  let left = { text: wish.longest, pictures: wish.pictures }
  let cut = pageCount > wish.pages
  let length = 0
  for (let at = 0; at < Math.min(pageCount, wish.pages); at++) {
    const isFull = at > 0 && process.memoryUsage.rss() - empty > enough
    if (left.text <= 0 || isFull || performance.now() - start > patience) {
      cut = true
      break
    }
    const page = await readPage(document.getPage(at), left, wish.longestEdge)
    left = {
      text: left.text - page.text.length,
      pictures: left.pictures - (page.picture === null ? 0 : 1),
    }
    length += page.length
    cut ||= page.cut
    if (page.picture !== null) globalThis.gc?.()
    pages.push({ number: at + 1, text: page.text, picture: page.picture })
  }
  return { pages, pageCount, cut, length: pages.length === pageCount ? length : null, encoding: null }
}

async function readPage(
  page: PDFiumPage,
  left: { readonly text: number; readonly pictures: number },
  longestEdge: number,
): Promise<{ text: string; length: number; picture: PictureRead | null; cut: boolean }> {
  const whole = textOf(page)
  const text = cutTo(whole, left.text)
  const read = { text, length: whole.length, picture: null, cut: text.length < whole.length }
  if (whole.length >= fewest || page.getObjectCount() <= 0) return read
  if (left.pictures <= 0) return { ...read, cut: true }
  return { ...read, picture: await pictureOf(page, longestEdge) }
}

async function open(pdfium: PDFiumLibrary, bytes: Uint8Array): Promise<PDFiumDocument> {
  try {
    return await pdfium.loadDocument(bytes)
  } catch (error) {
    // The library has no codes, only these words (PDFium's FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY).
    if (error instanceof Error && /password|security/i.test(error.message)) {
      throw new MediaError('encrypted', 'it is protected by a password; send it without one', error)
    }
    throw new MediaError('broken', 'it can’t be read as a PDF: it is damaged or cut off', error)
  }
}

function textOf(page: PDFiumPage): string {
  try {
    // U+FFFE and U+0002 stand where a word was parted at the end of a line.
    return clean(page.getText().replace(/[\ufffe\u0002](\r?\n)?/g, '')).trim()
  } catch {
    // A page whose text can't be read may still be seen.
    return ''
  }
}

async function pictureOf(page: PDFiumPage, longestEdge: number): Promise<PictureRead> {
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const scale = Math.min(largest, longestEdge / Math.max(originalWidth, originalHeight, 1))
  const { data, width, height } = await page.render({
    scale: 1,
    width: Math.max(1, Math.round(originalWidth * scale)),
    height: Math.max(1, Math.round(originalHeight * scale)),
    render: 'bitmap',
  })
  const { encode } = await import('../pictures/encoding.ts')
  return { ...(await encode({ data, width, height, channels: 4 }, false, pictureBytes)), frames: 1 }
}
