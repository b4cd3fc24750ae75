import type { Place } from '../ports/event.ts'
import type { DraftFile } from '../ports/inbox.ts'
import type { Control, MediaFile, Part, Platform, Way } from '../ports/platform.ts'
import type { Enclosure } from './enclosure.ts'
import { onItsWay } from './fitting.ts'

/**
 * The messages below an answer's text: sounds and pictures, a preview of them while it is written, and words that
 * stand for what can't be sent.
 */
export interface Enclosed {
  preview(picture: MediaFile): void
  /** No more previews: they are not taken here. */
  blind(): void
  give(enclosures: readonly Enclosure[]): void
  /** Where the answer goes. */
  at(place: Place): void
  /** What is to be shown now, in order. */
  below(answer: { readonly state: Part['state']; readonly ways: readonly Way[] }): readonly Below[]
  of(id: string): Enclosure | null
  /** It goes out in this form from now on. */
  instead(id: string, file: MediaFile): void
  /** It can't be sent: these words stand for it. */
  refuse(id: string, words: string): void
  /** Nobody can tell whether it was sent: words below it say so. */
  doubt(id: string): void
}

/** A message below the text. */
export interface Below {
  /** The same for the same content in each try, in whatever form it goes out. */
  readonly mark: DraftFile
  readonly markdown: string
  readonly file?: MediaFile
}

interface Item {
  readonly enclosure: Enclosure
  readonly file: MediaFile
  readonly words: string | null
  readonly doubtful: boolean
}

const UNSURE =
  '*The file above may be missing: the platform did not confirm it. Ask again if you don’t see it.*'

export function createEnclosed({
  platform,
  privateTo,
  quiet = false,
}: {
  readonly platform: Platform
  readonly privateTo?: string
  /** What can't be sent is left out. */
  readonly quiet?: boolean
}): Enclosed {
  let items: readonly Item[] = []
  let picture: MediaFile | null = null
  let isBlind = platform.can.changesFiles !== true
  let noFiles: string | null = null

  const change = (id: string, to: Partial<Item>): void => {
    items = items.map((item) => (item.enclosure.file.id === id ? { ...item, ...to } : item))
  }

  function shown({ enclosure, file, words, doubtful }: Item): Below[] {
    const { kind, id } = enclosure.file
    const instead = words ?? noFiles ?? tooLarge(file, platform.limits.fileBytes)
    if (quiet) return instead === null ? [{ mark: { kind, id }, markdown: '', file }] : []
    const one: Below =
      instead === null
        ? { mark: { kind, id }, markdown: '', file }
        : { mark: { kind: 'words', id }, markdown: instead }
    return doubtful ? [one, { mark: { kind: 'words', id: `${id}?` }, markdown: UNSURE }] : [one]
  }

  return {
    preview: (newest) => {
      picture = newest
    },
    blind: () => {
      isBlind = true
    },
    give: (enclosures) => {
      items = enclosures.map((enclosure) => ({
        enclosure,
        file: enclosure.file,
        words: enclosure.words ?? null,
        doubtful: false,
      }))
    },
    at: (place) => {
      noFiles = filesRefused(platform, place, privateTo)
    },
    below({ state, ways }) {
      if (state !== 'writing') return items.flatMap(shown)
      const isSeen = !isBlind && noFiles === null && ways.includes('edit')
      if (!picture || !isSeen || picture.size > platform.limits.fileBytes) return []
      return [{ mark: onItsWay(picture.id), markdown: '', file: picture }]
    },
    of: (id) => items.find(({ enclosure }) => enclosure.file.id === id)?.enclosure ?? null,
    instead: (id, file) => change(id, { file }),
    refuse: (id, words) => change(id, { words }),
    doubt: (id) => change(id, { doubtful: true }),
  }
}

/** The buttons of a message below a text: it has them where there is no text, and no platform has any under a voice message. */
export function controlsBelow(
  below: readonly Below[],
  offset: number,
  all: readonly Control[],
): readonly Control[] {
  const last = below.findLastIndex(({ file }) => file?.voice === undefined)
  // Nothing in it can be read or corrected.
  return offset === last ? all.filter((control) => control !== 'read_aloud' && control !== 'correct') : []
}

export const refusedWords = (why: string): string =>
  `*I can’t send files here: ${why.replace(/[.\s]+$/, '')}.*`

/** Why no file can be sent there, as far as is known; null: it can be tried. */
export function filesRefused(
  platform: Pick<Platform, 'can' | 'takesFiles'>,
  place: Place,
  privateTo: string | undefined,
): string | null {
  if (privateTo !== undefined && platform.can.privateFiles === false)
    return refusedWords('a message that only you see can carry none.')
  return platform.takesFiles?.(place) === false
    ? refusedWords('Parley may not attach any. An administrator can allow it.')
    : null
}

export function tooLarge({ kind, size }: MediaFile, most: number): string | null {
  if (size <= most) return null
  return `*The ${kind} has ${megabytes(size)}, and at most ${megabytes(most)} can be sent here.*`
}

const megabytes = (bytes: number): string => `${Math.max(0.1, bytes / 1024 / 1024).toFixed(1)} MB`
