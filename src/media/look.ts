import type { Payer } from '../policy/day-limits.ts'
import type { FileRef } from '../ports/event.ts'
import { MediaError, type MediaFailure } from '../ports/failure.ts'
import type { DocumentRead, MediaTools, PictureRead } from '../ports/media-tools.ts'
import { type Fetched, type Fetching, fetchFile } from './download.ts'
import { type Heard, type Hearing, heardKey, type Unheard } from './hearing.ts'
import { mediaLimits } from './limits.ts'

/** What a file was found to be, before it is put into words for a model. */
export type Look =
  | { readonly kind: 'picture'; readonly picture: PictureRead }
  | { readonly kind: 'document'; readonly as: 'pdf' | 'docx' | 'text'; readonly read: DocumentRead }
  | { readonly kind: 'sound'; readonly heard: Heard }
  | Skipped

export interface Skipped extends Pick<Unheard, 'failure' | 'budget'> {
  readonly kind: 'skipped'
  /** Continues the sentence "<name>: ". */
  readonly why: string
  /** It is the file itself: the same bytes would be skipped again. */
  readonly lasting?: true
}

export interface Looking extends Fetching {
  readonly tools: MediaTools
  readonly hearing: Hearing
  readonly platform: string
  readonly workspace: string
  readonly payer: Payer
  /** Nothing is bought: sounds are left alone. */
  readonly deaf: boolean
  readonly language?: string | undefined
  readonly vocabulary?: string | undefined
}

const ofTheFile: ReadonlySet<MediaFailure> = new Set([
  'empty',
  'broken',
  'encrypted',
  'too_large',
  'unsupported',
])

/** Fetches one file and reads it. Rejects with `DownloadError`, `MediaError`, or the signal's reason. */
export async function lookAt(file: FileRef, how: Looking): Promise<Look> {
  try {
    return await fetchAndRead(file, how)
  } catch (error) {
    how.signal.throwIfAborted()
    if (!(error instanceof MediaError) || !ofTheFile.has(error.kind)) throw error
    return { kind: 'skipped', why: error.words, lasting: true }
  }
}

async function fetchAndRead(file: FileRef, how: Looking): Promise<Look> {
  const fetched = await fetchFile(file, how)
  try {
    return await decode(file, fetched, how)
  } finally {
    await how.folder.remove(fetched.path)
  }
}

async function decode(file: FileRef, { path, sniffed }: Fetched, how: Looking): Promise<Look> {
  const { tools, signal } = how
  switch (sniffed.kind) {
    case 'picture': {
      const wish = {
        type: sniffed.type,
        longestEdge: mediaLimits.longestEdge,
        most: mediaLimits.shownBytes,
      }
      return { kind: 'picture', picture: await tools.picture(path, wish, signal) }
    }
    case 'document': {
      const wish = {
        kind: sniffed.as,
        longest: mediaLimits.text,
        pages: mediaLimits.pages,
        pictures: mediaLimits.pagePictures,
        longestEdge: mediaLimits.longestEdge,
      }
      return { kind: 'document', as: sniffed.as, read: await tools.document(path, wish, signal) }
    }
    case 'sound':
      if (how.deaf) return { kind: 'skipped', why: 'it was not heard', lasting: true }
      return hear(file, path, how)
  }
}

async function hear(file: FileRef, path: string, how: Looking): Promise<Look> {
  const { payer, language, vocabulary, signal } = how
  const { transcript, seconds = null } = file.voice ?? {}
  const heard = await how.hearing.hear(
    {
      key: heardKey(how, file.id),
      path,
      name: file.name,
      ...(transcript !== undefined && { transcript }),
      ...(seconds !== null && { seconds }),
    },
    { payer, language, vocabulary, signal },
  )
  if (heard.kind === 'skipped') return heard.failure || heard.budget ? heard : { ...heard, lasting: true }
  if (heard.text.trim() === '') return { kind: 'skipped', why: 'nothing was said in it' }
  return { kind: 'sound', heard }
}
