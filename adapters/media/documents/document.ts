import { stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { DocumentRead, DocumentWish } from '../../../src/ports/media-tools.ts'

/** A document as text, page by page where it has pages. Each kind loads its own library. */
export async function document(path: string, wish: DocumentWish): Promise<DocumentRead> {
  if ((await stat(path)).size === 0) throw new MediaError('empty', 'the file is empty')
  switch (wish.kind) {
    case 'pdf':
      return (await import('./pdf.ts')).readPdf(path, wish)
    case 'docx':
      return (await import('./docx.ts')).readDocx(path, wish)
    case 'text':
      return (await import('./text.ts')).readText(path, wish)
  }
}
