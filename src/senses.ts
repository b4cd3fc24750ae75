import type { Logger } from 'pino'
import { createEnclosing, type Enclosing } from './conversation/enclosing.ts'
import { createHearing, type Hearing } from './media/hearing.ts'
import type { FetchLink } from './media/image-links.ts'
import { mediaLimits } from './media/limits.ts'
import { createReader, type Reader } from './media/reader.ts'
import { createRoom, type Room } from './media/room.ts'
import type { BudgetOptions } from './policy/budget.ts'
import { type Buying, type BuyingOptions, createBuying } from './policy/buying.ts'
import { countDeals } from './policy/open-deals.ts'
import type { Ledger } from './ports/ledger.ts'
import type { MediaTools } from './ports/media-tools.ts'
import type { Speaker, Transcriber } from './ports/model.ts'
import type { Scratch } from './ports/scratch.ts'
import type { Shelf } from './ports/shelf.ts'
import type { Store } from './ports/store.ts'
import { createSpeaking, type Speaking } from './speech/speaking.ts'

/** All that sees, hears, reads and speaks, put together. */
export interface Senses {
  readonly reader: Reader
  readonly hearing: Hearing
  readonly speaking: Speaking
  /** The same by another model. */
  readonly hearingBy: (model: string) => Hearing
  readonly speakingBy: (model: string) => Speaking
  readonly enclosing: Enclosing
  readonly buying: Buying
  readonly shelf: Shelf
  /** The room on disk, all turns together. */
  readonly disk: Room
  /** Resolves when nothing that was bought is left to be booked or given back, by a turn or behind one. */
  idle(): Promise<void>
}

export interface SensesOptions extends BudgetOptions, Pick<BuyingOptions, 'booked'> {
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly transcribeModel: string
  readonly speechModel: string
  readonly tools: MediaTools
  readonly scratch: Scratch
  readonly shelf: Shelf
  /** For links in questions. Absent = none are fetched. */
  readonly fetchLink?: FetchLink
  readonly store: Store
  readonly ledger: Ledger
  readonly log: Logger
  /** Milliseconds for which transcripts are kept. */
  readonly keepMs: number
  readonly language: string | null
  /** Of one recording. */
  readonly minutes: number
}

export function createSenses(options: SensesOptions): Senses {
  const { transcribeModel, speechModel, shelf, clock } = options
  const disk = createRoom({ clock, bytes: mediaLimits.diskBytes })
  const { buying, idle } = countDeals(createBuying(options))
  const hearing = createHearing({ ...options, disk, buying, model: transcribeModel })
  const speaking = createSpeaking({ ...options, disk, buying, model: speechModel })
  const hearingBy = (model: string) =>
    model === transcribeModel ? hearing : createHearing({ ...options, disk, buying, model })
  const speakingBy = (model: string) =>
    model === speechModel ? speaking : createSpeaking({ ...options, disk, buying, model })
  return {
    reader: createReader({ ...options, rooms: { disk }, hearing }),
    hearing,
    speaking,
    hearingBy,
    speakingBy,
    enclosing: createEnclosing({ ...options, speaking }),
    buying,
    shelf,
    disk,
    idle,
  }
}
