import type { Clock } from '../../src/ports/clock.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import { StaleFence } from '../../src/ports/failure.ts'
import type { Claim, Draft } from '../../src/ports/inbox.ts'
import type { ClaimedBatch } from './claiming.ts'
import type { Connection } from './connection.ts'
import { kvWrite } from './keyv-storage.ts'
import type { Leases } from './leases.ts'
import { demandWhole } from './ledger.ts'
import { fromJson, toJson } from './storable.ts'

/** A claim as its handler sees it, and what the inbox has to know of it. */
export interface OpenClaim {
  readonly claim: Claim
  readonly batch: ClaimedBatch
  /** Resolves once a settle or release under way is through: true when the events are no longer the handler's. */
  over(): Promise<boolean>
  /** Gives the events back after a failed try, to be claimed again from `retryAt` on. */
  fail(retryAt: number, error: string): Promise<void>
  /** Gives the claim's events up, all at once. */
  park(): Promise<void>
}

export function openClaim(
  batch: ClaimedBatch,
  connection: Connection,
  leases: Leases,
  clock: Clock,
  owner: string,
): OpenClaim {
  const conversation = Object.values(batch.conversation).join('/')
  const signal = leases.hold(batch.fence, conversation)
  let ending: Promise<boolean> = Promise.resolve(false)

  async function fenced<T>(write: (lease: { owner: string; fence: number; at: number }) => Promise<T>) {
    signal.throwIfAborted()
    try {
      return await write({ owner, fence: batch.fence, at: clock.now() })
    } catch (error) {
      if (error instanceof StaleFence) throw new StaleFence(conversation)
      throw error
    }
  }

  function end(write: Promise<void>): Promise<void> {
    ending = Promise.all([ending, write]).then(
      () => true,
      () => false,
    )
    return write
  }

  const claim: Claim = {
    conversation: batch.conversation,
    lane: batch.lane,
    events: batch.events.map((event) => fromJson<InboundEvent>(event.body)),
    withdrawn: batch.withdrawn,
    fence: batch.fence,
    attempt: batch.attempt,
    draft: batch.draft === null ? null : fromJson<Draft>(batch.draft),
    signal,
    saveDraft: (draft) => fenced((lease) => connection.call('saveDraft', { ...lease, draft: toJson(draft) })),
    settle: ({ entries, drop, charge }) =>
      end(
        fenced((lease) => {
          if (charge) demandWhole(charge.amount)
          return connection.call('settle', {
            ...lease,
            entries: entries.map((entry) => kvWrite(entry, lease.at)),
            drop: drop ?? [],
            charge: charge && { ...charge, at: Math.round(charge.at) },
          })
        }),
      ),
    release: () => end(fenced((lease) => connection.call('release', lease))),
  }

  return {
    claim,
    batch,
    over: () => ending,
    fail: (retryAt, error) =>
      fenced((lease) => connection.call('fail', { ...lease, retryAt, error: error.slice(0, 2000) })),
    park: () =>
      fenced((lease) => connection.call('park', { ...lease, events: batch.events.map((event) => event.id) })),
  }
}
