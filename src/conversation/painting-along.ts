import type { Bought, Buying } from '../policy/buying.ts'
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
  take(event: Extract<ModelEvent, { kind: 'image' }>): Promise<void>
  /** Books what was painted, and frees the rest. */
  settle(): Promise<void>
  readonly pictures: Pick<Pictures, 'count' | 'enclosed' | 'files'>
}

/** An answer without a picture is better than one that waits for others' money. */
const MONEY_MS = 500
const PARTIALS = 2
/** More of one answer are left out. */
const MOST_PICTURES = 4
/** Of one, in base64: some 30 MB. */
const LONGEST = 40 * 1024 * 1024

export function createPaintingAlong(
  { buying, shelf, clock, imageModel: model, painting }: PaintingAlongDeps,
  on: {
    readonly attempt: string
    readonly payer: Payer
    readonly prompt: string
    preview?(picture: MediaFile): void
  },
): PaintingAlong {
  const pictures = createPictures({ ...on, shelf })
  const wares = (count: number) => ({ kind: 'image' as const, pictures: count, size: null })
  let bought: Bought | null = null
  let painted = 0

  async function reserved(signal: AbortSignal): Promise<Bought | null> {
    const wish = { id: `${on.attempt}:image`, payer: on.payer, model, wares: wares(1) }
    try {
      const open = await within({ clock, limit: MONEY_MS, signal }, (own) => buying.open(wish, own))
      return open.kind === 'bought' ? open : null
    } catch {
      // Others have set aside what is left: this answer does without.
      signal.throwIfAborted()
      return null
    }
  }

  return {
    async offer(signal) {
      if (!painting.inConversations) return []
      bought = await reserved(signal)
      return bought === null ? [] : [{ kind: 'image_generation', model, partials: PARTIALS }]
    },
    async take({ base64, type, partial }) {
      if (!partial) painted++
      if (pictures.count() >= MOST_PICTURES || base64.length > LONGEST) return
      const bytes = Buffer.from(base64, 'base64')
      if (partial) pictures.partial(bytes, type)
      else await pictures.finished(bytes, type)
    },
    async settle() {
      const open = bought
      bought = null
      if (painted === 0) await open?.release()
      else await open?.settle(null, model, wares(painted))
    },
    pictures,
  }
}
