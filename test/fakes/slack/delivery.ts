import { seeded } from './chance.ts'
import type { Delivery, World } from './world.ts'

export interface DeliveryOptions {
  /** How often each event comes. */
  readonly times?: number
  /** Events of the same `withinMs` come in any order. */
  readonly shuffled?: boolean
  readonly withinMs?: number
  readonly seed?: number
}

/** Hands deliveries on, to sockets or to an address, as often and in the order that a test asks for. */
export function createDelivery(world: World, hand: (delivery: Delivery) => void) {
  let times = 1
  let withinMs = 0
  let random = seeded(1)
  let shuffled = false
  let bag: Delivery[] = []
  let timer: NodeJS.Timeout | null = null
  let lost: ((payload: Delivery['payload']) => boolean) | null = null

  function empty(): void {
    timer = null
    const held = bag
    bag = []
    if (shuffled)
      for (let index = held.length - 1; index > 0; index--) {
        const other = Math.floor(random() * (index + 1))
        ;[held[index], held[other]] = [held[other]!, held[index]!]
      }
    for (const delivery of held) hand(delivery)
  }

  world.deliver = (delivery) => {
    if (delivery.kind !== 'events_api') return hand(delivery)
    if (lost?.(delivery.payload) === true) return
    for (let count = 0; count < times; count++) bag.push(delivery)
    if (withinMs === 0 && !shuffled) return empty()
    timer ??= setTimeout(empty, withinMs)
  }

  return {
    set(options: DeliveryOptions) {
      times = options.times ?? 1
      shuffled = options.shuffled ?? false
      withinMs = options.withinMs ?? (shuffled ? 10 : 0)
      random = seeded(options.seed ?? 1)
    },
    /** Events for which this says true are never delivered; null ends it. */
    lose(which: ((payload: Delivery['payload']) => boolean) | null) {
      lost = which
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      bag = []
    },
  }
}
