import type { DraftPart } from '../../src/ports/inbox.ts'
import type { Delivered } from '../../src/reply/delivered.ts'
import { createDelivery, type Delivery } from '../../src/reply/delivery.ts'
import type { DeliveryOptions } from '../../src/reply/delivery-options.ts'
import type { Unopened } from '../../src/reply/opening.ts'
import { createPacer, type Pacer } from '../../src/reply/pacer.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'
import { type RatedPlatform, ratedPlatform, thread, UNLIMITED } from '../fakes/rate-limited-platform.ts'
import type { RatedPlatformOptions } from '../fakes/rated-options.ts'

/** A platform, a pacer and answers on one simulated clock. */
export interface World {
  readonly clock: SimulatedClock
  readonly pacer: Pacer
  readonly platform: RatedPlatform
  /** The drafts as they were made durable, by answer. */
  readonly saved: Map<string, (readonly DraftPart[])[]>
  answer(name: string, options?: Partial<DeliveryOptions>): Delivery
  /** Writes the deltas, `everyMs` apart, and finishes. `lag`: from the last delta to the result, in milliseconds. */
  stream(
    delivery: Delivery,
    deltas: readonly string[],
    everyMs: number,
  ): Promise<{ result: Delivered; lag: number }>
  texts(name: string): string[]
}

export function createWorld(options: Partial<RatedPlatformOptions> = {}): World {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const platform = ratedPlatform({ clock, buckets: UNLIMITED, ...options })
  const saved: World['saved'] = new Map()

  function answer(name: string, own: Partial<DeliveryOptions> = {}): Delivery {
    const drafts: (readonly DraftPart[])[] = []
    saved.set(name, drafts)
    return createDelivery({
      platform,
      place: thread(name),
      pacer,
      clock,
      nonce: (index) => `${name}:${index}`,
      draft: [],
      saveParts: async (parts) => {
        drafts.push(parts)
      },
      controls: (state) => (state === 'writing' ? ['stop'] : ['regenerate']),
      signal: new AbortController().signal,
      ...own,
    })
  }

  async function stream(delivery: Delivery, deltas: readonly string[], everyMs: number) {
    for (const delta of deltas) {
      delivery.write(delta)
      await clock.sleep(everyMs)
    }
    const began = clock.elapsed()
    const result = await delivery.finish()
    return { result, lag: clock.elapsed() - began }
  }

  const texts = (name: string): string[] =>
    platform.visible(thread(name)).map((message) => message.part.markdown)

  return { clock, pacer, platform, saved, answer, stream, texts }
}

/** A place that has to be opened so. */
export const unopened = (open: Unopened['open']): Unopened => ({ unopened: thread('a'), open })
