import type { Clock } from '../../src/ports/clock.ts'
import type { InboundEvent, MessageRef } from '../../src/ports/event.ts'
import type { Inbox } from '../../src/ports/inbox.ts'
import type { Bounds } from './admission.ts'
import { type Bell, createBell } from './bell.ts'
import type { Connection } from './connection.ts'
import { createLeases } from './leases.ts'
import type { Log } from './log.ts'
import { watchNeighbours } from './neighbours.ts'
import type { Holder } from './owners.ts'
import { cleanText, toJson } from './storable.ts'
import { createWorking } from './working.ts'

export interface InboxOptions {
  readonly connection: Connection
  readonly owner: Holder
  readonly clock: Clock
  readonly log: Log
  readonly attempts: number
  readonly deaths: number
  readonly bounds: Bounds
  readonly leaseMs: number
}

/** Frees at once what processes that are certainly dead had leased. */
export async function createInbox(options: InboxOptions): Promise<Inbox & { close(): Promise<void> }> {
  const { connection, owner, clock, log, leaseMs, bounds } = options
  const leases = createLeases(connection, owner, clock, log, leaseMs)
  const watch = watchNeighbours(connection, owner, clock, leaseMs, (other, freed) =>
    log.warn({ pid: other.pid, leases: freed }, 'took over from a process that is gone'),
  )
  // One for each call of work(), so that every one of them hears of new events.
  const bells = new Set<Bell>()
  const ring = (): void => {
    for (const bell of bells) bell.ring()
  }
  const working = createWorking({ ...options, leases, watch, ring })
  void connection.died.then(ring)
  await watch.look(await connection.call('others', { owner: owner.id }))

  return {
    async admit(event, lane) {
      const admission = await connection.call('admit', {
        event: cleanText(event.id),
        conversation: cleanKey(event.place.conversation),
        lane,
        kind: event.kind,
        message: subject(event),
        body: toJson(event),
        at: clock.now(),
        bounds,
      })
      if (admission === 'new') ring()
      return admission
    },

    async amend(conversation, message, change) {
      const amended = await connection.call('amend', {
        conversation: cleanKey(conversation),
        message: nameOf(message),
        change: change && { text: cleanText(change.text), files: change.files },
        at: clock.now(),
      })
      // Withdrawing the last message of a batch that waits for its next try may free the conversation.
      ring()
      return amended
    },

    async work(handle, work) {
      const bell = createBell(clock)
      bells.add(bell)
      try {
        await working.run(handle, work, bell)
      } finally {
        bells.delete(bell)
      }
    },

    depth: () => connection.call('depth', null),

    async close() {
      leases.close()
      await connection.call('leave', { owner: owner.id })
    },
  }
}

function cleanKey<Key extends Record<keyof Key, string>>(key: Key): Key {
  return Object.fromEntries(
    Object.entries<string>(key).map(([name, value]) => [name, cleanText(value)]),
  ) as Key
}

/** The message an event is, or changes: such events of one message are handled in order. */
function subject(event: InboundEvent): string | null {
  return 'message' in event && event.message ? nameOf(event.message) : null
}

function nameOf({ channel, id }: MessageRef): string {
  return JSON.stringify([cleanText(channel), cleanText(id)])
}
