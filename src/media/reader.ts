import type { Logger } from 'pino'
import type { Payer } from '../policy/day-limits.ts'
import type { Clock } from '../ports/clock.ts'
import type { FileRef } from '../ports/event.ts'
import type { MediaTools } from '../ports/media-tools.ts'
import type { PromptPart } from '../ports/model.ts'
import type { Platform } from '../ports/platform.ts'
import type { Scratch } from '../ports/scratch.ts'
import type { Shelf } from '../ports/shelf.ts'
import type { Heard, Hearing, Unheard } from './hearing.ts'
import type { FetchLink } from './image-links.ts'
import { createKeptLooks } from './kept-looks.ts'
import { mediaLimits } from './limits.ts'
import { enterReading } from './reading.ts'
import { createRoom, type Room } from './room.ts'

/** What files become for the model, and for the person who sent them. */
export interface Reader {
  /**
   * One turn's, or one request's; it must be closed, which frees memory and disk. `enter` waits for nothing.
   */
  enter(how: ReadingHow): Reading
}

export interface ReadingHow {
  readonly download: Platform['download']
  readonly platform: string
  readonly workspace: string
  /** Who pays for transcripts. */
  readonly payer: Payer
  readonly language?: string | undefined
  readonly vocabulary?: string | undefined
  readonly signal: AbortSignal
}

export interface Reading {
  /**
   * Reads the files in message order. Nothing of them fails the turn: what can't be read is named and left out.
   * `remembered`: files of earlier messages, cheaply or not at all; what fails is merely missing from the past.
   * `longest`: UTF-16 units of all documents (whose pages may be pictures, `pictureUnits` each) and transcripts together; the same files may be read again with fewer, which costs nothing.
   * Of files beyond the number that is read the first stands for all of them.
   */
  read(files: readonly FileRef[], as: 'asked' | 'remembered', longest?: number): Promise<readonly FileRead[]>
  /** Never rejects. */
  close(): Promise<void>
}

export type FileRead =
  | {
      readonly kind: 'read'
      readonly file: FileRef
      /** What the model gets: pictures, and text that says which file it is from. */
      readonly parts: readonly PromptPart[]
      /** Said to the person above the answer (the first frame only, pages left out), a sentence; null = nothing. */
      readonly note: string | null
      /** Of a sound. */
      readonly heard: Heard | null
    }
  | ({
      readonly kind: 'skipped'
      readonly file: FileRef
      /** A sentence that names the file and the reason. */
      readonly why: string
    } & Pick<Unheard, 'failure' | 'budget'>)

export interface ReaderDeps {
  readonly hearing: Hearing
  readonly tools: MediaTools
  readonly scratch: Scratch
  /** For what Parley made: files whose id begins with `shelf:`. */
  readonly shelf: Pick<Shelf, 'take'>
  /** For links in a question's text (`linksIn`). Absent = none are fetched. */
  readonly fetchLink?: FetchLink
  readonly clock: Clock
  readonly log: Logger
  /** What all turns together may take. Absent = 256 MB of memory, 2 GB of disk. */
  readonly rooms?: { readonly memory?: Room; readonly disk?: Room }
}

export function createReader(deps: ReaderDeps): Reader {
  const { clock } = deps
  const rooms = {
    memory: deps.rooms?.memory ?? createRoom({ clock }),
    disk: deps.rooms?.disk ?? createRoom({ clock, bytes: mediaLimits.diskBytes }),
  }
  const shared = { ...deps, rooms, kept: createKeptLooks({ clock }) }
  return { enter: (how) => enterReading(shared, how) }
}
