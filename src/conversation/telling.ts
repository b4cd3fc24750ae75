import type { Clock } from '../ports/clock.ts'
import type { InboundEvent } from '../ports/event.ts'
import type { Claim, DraftAnswer } from '../ports/inbox.ts'
import type { Platform } from '../ports/platform.ts'
import { createDelivery } from '../reply/delivery.ts'
import type { Pacer } from '../reply/pacer.ts'
import { beside } from './destination.ts'
import { nonceOf, turnId } from './keys.ts'
import { canBePrivate } from './privacy.ts'
import { shownOrLater } from './showing.ts'

export interface Telling {
  readonly platform: Platform
  readonly pacer: Pacer
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface Words {
  readonly markdown: string
  /** For the person of the event alone, where the platform can there. */
  readonly private: boolean
  /** What the draft keeps beside the messages. */
  readonly answer?: DraftAnswer | null
}

/** Says something of Parley's own (a command's reply, a refusal), once, whatever the number of tries. */
export async function tell(
  { platform, pacer, clock, signal }: Telling,
  claim: Claim,
  event: InboundEvent,
  words: Words,
): Promise<void> {
  // No thread is opened for words of Parley's own.
  const place = beside(event.place)
  const turn = turnId(platform.name, event.id)
  const delivery = createDelivery({
    platform,
    place,
    pacer,
    clock,
    nonce: (index) => nonceOf(turn, index),
    draft: claim.draft?.parts ?? [],
    saveParts: (parts) => claim.saveDraft({ turn, parts, answer: words.answer ?? null }),
    controls: () => [],
    signal,
    ...(words.private && canBePrivate(platform, place) ? { privateTo: event.by.id } : {}),
  })
  delivery.write(words.markdown)
  shownOrLater(await delivery.finish())
}
