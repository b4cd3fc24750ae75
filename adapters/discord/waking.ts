import { Routes } from 'discord-api-types/v10'
import type { Outcome } from '../../src/ports/outcome.ts'
import { code, outcomeOf } from './outcome.ts'
import type { Reply } from './request.ts'
import type { Wire } from './wire.ts'

/** Archived, as threads are after some hours without a message: what stands in it can't be changed or removed. */
export const isAsleep = (reply: Reply<unknown>): boolean =>
  reply.kind === 'refused' && reply.code === code.threadArchived

/**
 * Takes a thread out of the archive after it refused a call, so that the next try of that call goes through. Whoever
 * may write there may do it, unless the thread is locked (Discord's documents, "Modify Channel"). What it says of its
 * own bucket, a thread's names, is nothing to that call's.
 */
export async function wake(wire: Wire, thread: string, signal: AbortSignal): Promise<Outcome> {
  const reply = await wire.call<unknown>(
    { method: 'PATCH', route: Routes.channel(thread), body: { archived: false } },
    signal,
  )
  if (reply.kind === 'done') return { kind: 'not_sent', cause: new Error('The thread was archived') }
  // Nothing was carried out of the call that is to be made, and no bucket of its own was refused.
  if (reply.kind === 'unknown') return { kind: 'not_sent', cause: reply.cause }
  if (reply.kind === 'limited') return { kind: 'limited', retryAfterMs: reply.retryAfterMs }
  if (reply.kind === 'refused' && reply.status === 403)
    return {
      kind: 'forbidden',
      why: 'the thread is archived, and locked or closed to Parley',
    }
  return outcomeOf(reply, () => ({ channel: thread, id: thread }))
}
