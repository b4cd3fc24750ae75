import type { Bought, Buying } from '../policy/buying.ts'
import { isUnpaid } from '../policy/unpaid.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostedTool, ModelEvent } from '../ports/model.ts'
import type { MediaFile } from '../ports/platform.ts'
import type { Shelf } from '../ports/shelf.ts'
import { within } from '../within.ts'
import type { PaintingOptions } from './painting-writing.ts'
import type { Payer } from './payer.ts'
import { createPictures, type Pictures } from './pictures.ts'

export interface PaintingAlongDeps {
  readonly buying: Buying
  readonly shelf: Shelf
  readonly clock: Clock
  readonly imageModel: string
  readonly painting: PaintingOptions
}

/** The pictures that the model paints while it answers, and the money for them. */
export interface PaintingAlong {
  /** What the model may use: nothing where it is off, or there is no money for a picture. */
  offer(signal: AbortSignal): Promise<readonly HostedTool[]>
  /** null; or why the answer has to end here, in words: one more is begun than may be painted. */
  take(event: ModelEvent): Promise<string | null>
  /** Books what was painted, or begun before `failure` ended the answer, and frees the rest. May be tried again. */
  settle(failure?: unknown): Promise<void>
  readonly pictures: Pick<Pictures, 'count' | 'enclosed' | 'files'>
}

/** An answer without a picture is better than one that waits for others' money. */
const MONEY_MS = 500
const PARTIALS = 2
const MOST_PICTURES = 4
/** Of one, in base64: some 30 MB. */
const LONGEST = 40 * 1024 * 1024

const enoughWords = `*— ended here: an answer has ${MOST_PICTURES} pictures at most; ask me to go on*`
const noMoneyWords = '*— ended here: what is left of the budget pays for no further picture*'

export function createPaintingAlong(
  { buying, shelf, clock, imageModel: model, painting }: PaintingAlongDeps,
  on: {
    readonly attempt: string
    readonly payer: Payer
    readonly prompt: string
    preview?(picture: MediaFile): void
  },
): PaintingAlong {
  const pictures = createPictures({ ...on, shelf, keepMs: painting.keepMs })
  const wares = (count: number) => ({ kind: 'image' as const, pictures: count, size: null })
  let bought: Bought | null = null
  /** How many the money that was set aside pays for. */
  let most = 0
  let painted = 0
  /** Whether another one is begun: it is painted to its end, whether anybody waits for it or not. */
  let begun = false

  /** For as many as may be, or as there is money for. What comes too late is given back; where that fails it expires. */
  async function reserve(signal: AbortSignal): Promise<void> {
    for (let count = MOST_PICTURES; count > 0 && !signal.aborted; count--) {
      const wish = { id: `${on.attempt}:image`, payer: on.payer, model, wares: wares(count), patient: false }
      const open = await buying.open(wish, signal)
      if (open.kind === 'refused') continue
      if (signal.aborted) return open.release()
      bought = open
      most = count
      return
    }
  }

  return {
    async offer(signal) {
      if (!painting.inConversations) return []
      try {
        await within({ clock, limit: MONEY_MS, signal }, reserve)
      } catch {
        // The ledger is slow: this answer does without.
        signal.throwIfAborted()
      }
      return bought === null ? [] : [{ kind: 'image_generation', model, partials: PARTIALS, most }]
    },
    async take(event) {
      const begins = event.kind === 'tool' && event.name === 'image_generation' && event.state === 'running'
      if (!begins && event.kind !== 'image') return null
      if (painted >= most) return most < MOST_PICTURES ? noMoneyWords : enoughWords
      begun = begins || (event.kind === 'image' && event.partial)
      if (event.kind !== 'image') return null
      if (!event.partial) painted++
      if (event.base64.length > LONGEST) return null
      const bytes = Buffer.from(event.base64, 'base64')
      if (event.partial) pictures.partial(bytes, event.type)
      else await pictures.finished(bytes, event.type)
      return null
    },
    async settle(failure) {
      const isLost = begun && failure !== undefined && !isUnpaid(failure)
      const count = painted + (isLost ? 1 : 0)
      if (count === 0) await bought?.release()
      else await bought?.settle(null, model, wares(count))
      bought = null
    },
    pictures,
  }
}
