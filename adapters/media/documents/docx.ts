import { open } from 'node:fs/promises'
import mammoth from 'mammoth'
import { MediaError } from '../../../src/ports/failure.ts'
import type { DocumentRead, DocumentWish } from '../../../src/ports/media-tools.ts'
import { clean, cutTo } from './clean.ts'
import { textOfHtml } from './html-text.ts'
import { damaged, zipNames } from './zip.ts'

/** Headings, lists, tables and links as markdown; pictures are left out. */
export async function readDocx(path: string, wish: DocumentWish): Promise<DocumentRead> {
  if (await isOldOffice(path)) {
    throw new MediaError(
      'unsupported',
      'it is an older Office file, or one with a password; send it as DOCX or PDF without one',
    )
  }
  refuseOthers(await zipNames(path))
  const html = await mammoth
    .convertToHtml({ path }, { convertImage: mammoth.images.imgElement(async () => ({ src: '' })) })
    .catch((error: unknown) => {
      throw damaged(error)
    })
  const whole = clean(textOfHtml(html.value))
  const text = cutTo(whole, wish.longest)
  return {
    pages: [{ number: 1, text, picture: null }],
    pageCount: null,
    cut: text.length < whole.length,
    length: whole.length,
    encoding: null,
  }
}

/** The container of .doc, .xls, .ppt, and of encrypted newer ones. */
async function isOldOffice(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.readUInt32BE(0) === 0xd0cf11e0
  } finally {
    await file.close()
  }
}

function refuseOthers(names: readonly string[]): void {
  const has = (start: string): boolean => names.some((name) => name.startsWith(start))
  if (has('word/')) return
  if (has('xl/'))
    throw new MediaError('unsupported', 'I can’t read spreadsheets (XLSX); send it as CSV or PDF')
  if (has('ppt/')) throw new MediaError('unsupported', 'I can’t read presentations (PPTX); send it as PDF')
  if (has('content.xml')) {
    throw new MediaError('unsupported', 'I can’t read OpenDocument files; send it as DOCX or PDF')
  }
  throw new MediaError('unsupported', 'there is no Word document in it; send it as DOCX, PDF or plain text')
}
