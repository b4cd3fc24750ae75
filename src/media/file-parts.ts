import type { FileRef } from '../ports/event.ts'
import type { DocumentPage } from '../ports/media-tools.ts'
import type { PromptImage, PromptPart } from '../ports/model.ts'
import { durationWords } from './duration.ts'
import type { Heard } from './hearing.ts'
import type { Look } from './look.ts'
import { quoted } from './names.ts'

/** What a file becomes for the model, and what the person has to know of it. */
export interface FileParts {
  readonly parts: readonly PromptPart[]
  /** A sentence that names the file; null = nothing. */
  readonly note: string | null
}

/** `longest`: UTF-16 units of a document's or transcript's text. */
export function partsOf(file: FileRef, look: Exclude<Look, { kind: 'skipped' }>, longest: number): FileParts {
  switch (look.kind) {
    case 'picture': {
      const { frames, ...picture } = look.picture
      const note = frames > 1 ? `${quoted(file.name)}: I see only the first of its ${frames} frames.` : null
      return { parts: [imagePart(file.name, picture)], note }
    }
    case 'document':
      return documentParts(file, look, longest)
    case 'sound':
      return soundParts(file, look.heard, longest)
  }
}

function soundParts(file: FileRef, { text, seconds, borrowed }: Heard, longest: number): FileParts {
  const what = file.voice === undefined ? `Recording: ${plain(file.name)}` : 'Voice note'
  const isWhole = text.length <= longest
  const cut = isWhole ? text : `${text.slice(0, longest).toWellFormed()}\n[The rest is left out]`
  const notes = [
    ...(borrowed ? ['I could not listen to it; this is the transcript that came with it'] : []),
    ...(isWhole
      ? []
      : [`I read only the first ${counted(longest)} of ${counted(text.length)} characters of what is said`]),
  ]
  return {
    parts: [textPart(`[${what}, ${durationWords(seconds)}, transcript]\n${cut}`)],
    note: notes.length === 0 ? null : `${quoted(file.name)}: ${notes.join('; ')}.`,
  }
}

function documentParts(
  file: FileRef,
  { as, read }: Extract<Look, { kind: 'document' }>,
  longest: number,
): FileParts {
  const shown = shorten(read.pages, longest)
  const isPaged = as === 'pdf'
  const [last] = shown.slice(-1)
  const isWhole = !read.cut && shown.length === read.pages.length && !shown.some(({ cut }) => cut)
  const all = read.pageCount ?? read.pages.length
  const characters = shown.reduce((sum, { text }) => sum + text.length, 0)
  const length = Math.max(
    read.length ?? 0,
    read.pages.reduce((sum, { text }) => sum + text.length, 0),
  )
  const left = isPaged
    ? `the first ${shown.length === 1 ? 'page' : counted(shown.length, 'page')} of ${counted(all)}${last?.cut ? ', and of the last of them a part' : ''}`
    : `the first ${counted(characters)} ${length > characters ? `of ${counted(length)} ` : ''}characters`
  const pages = isPaged ? `, ${counted(all, 'page')}` : ''
  const head = `[File: ${plain(file.name)}${kinds[as] && `, ${kinds[as]}`}${pages}]`
  const tail = isWhole
    ? '[End of the file]'
    : shown.length === 0
      ? '[The file is left out: there was no room for it]'
      : `[The rest of the file is left out: these were ${left}]`

  const lines: string[] = [head]
  const parts: PromptPart[] = []
  for (const page of shown) {
    if (isPaged) lines.push(`[Page ${page.number}${page.picture ? ', as a picture' : ''}]`)
    if (page.text.trim() !== '') lines.push(page.text)
    if (page.picture === null) continue
    parts.push(
      textPart(lines.splice(0).join('\n')),
      imagePart(`${file.name}, page ${page.number}`, page.picture),
    )
  }
  parts.push(textPart([...lines, tail].join('\n')))
  if (isWhole) return { parts, note: null }
  const note = shown.length === 0 ? 'there was no room left to read it' : `I read only ${left}`
  return { parts, note: `${quoted(file.name)}: ${note}.` }
}

/** A page's picture takes the room of so many UTF-16 units of text in a prompt. */
export const pictureUnits = 4_400

/** In UTF-16 units of text. */
export const lengthOfPage = ({ text, picture }: DocumentPage): number =>
  text.length + (picture === null ? 0 : pictureUnits)

/** The pages that fit, the last of them cut where it has to be. */
function shorten(pages: readonly DocumentPage[], longest: number) {
  const shown: (DocumentPage & { readonly cut: boolean })[] = []
  let room = longest
  for (const page of pages) {
    // A picture goes whole or not at all, a page's text as far as it fits.
    const picture = lengthOfPage(page) <= room ? page.picture : null
    const isGone = page.text === '' ? picture !== page.picture : room <= 0
    if (isGone) break
    const text = page.text.slice(0, room).toWellFormed()
    shown.push({ ...page, text, picture, cut: text.length < page.text.length || picture !== page.picture })
    room -= lengthOfPage({ ...page, picture })
  }
  return shown
}

const kinds = { pdf: 'PDF', docx: 'Word', text: '' } as const

/** A name is the sender's: it can't end the line it stands in, nor the brackets. */
const plain = (name: string): string =>
  name
    .replaceAll(/[[\]\p{Cc}\u2028\u2029]/gu, ' ')
    .slice(0, 200)
    .toWellFormed()

const counted = (count: number, what?: string): string =>
  `${count.toLocaleString('en')}${what === undefined ? '' : ` ${what}${count === 1 ? '' : 's'}`}`

const textPart = (text: string): PromptPart => ({ kind: 'text', text })

const imagePart = (
  name: string,
  { bytes, type, width, height }: Omit<Extract<PromptImage, { kind: 'bytes' }>, 'kind' | 'name'>,
): PromptPart => ({ kind: 'image', image: { kind: 'bytes', bytes, type, width, height, name } })
