import { MessageFlags, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { MessageRef } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { noMentions } from '../body.ts'
import { channelBudgets } from '../buckets.ts'
import { isReplyRefused, reported } from '../outcome.ts'
import type { WireRequest } from '../request.ts'
import type { Wire } from '../wire.ts'

export const tooMuch = 'Too much is waiting here already: please ask again in a moment.'

/** Once a minute in a channel is enough. */
const rest = 60_000
const remembered = 1_000
const limit = 10_000

/**
 * Tells a person that their question was not taken in, when the limits leave something over for it. Never rejects:
 * nothing depends on it.
 */
export function createApology(parts: {
  readonly wire: Wire
  readonly intake: () => Pick<Intake, 'paced'>
  readonly clock: Clock
  readonly log: Logger
}): (to: MessageRef, signal: AbortSignal) => Promise<void> {
  const saidAt = new Map<string, number>()
  return async (to, signal) => {
    const now = parts.clock.elapsed()
    const last = saidAt.get(to.channel)
    if (last !== undefined && now - last < rest) return
    saidAt.delete(to.channel)
    saidAt.set(to.channel, now)
    for (const oldest of saidAt.keys()) {
      if (saidAt.size <= remembered) break
      saidAt.delete(oldest)
    }
    try {
      await say(to, AbortSignal.any([signal, AbortSignal.timeout(limit)]))
    } catch (err) {
      // Waited too long for leave, or stopped.
      if (!signal.aborted) parts.log.warn({ err, channel: to.channel }, couldNot)
    }
  }

  async function say(to: MessageRef, signal: AbortSignal): Promise<void> {
    for (const asReply of [true, false]) {
      const call = async () => reported(await parts.wire.call(apologyTo(to, asReply), signal))
      const { reply } = await parts.intake().paced(channelBudgets('send', to.channel), call, signal)
      if (isReplyRefused(reply) && asReply) continue
      if (reply.kind !== 'done') parts.log.warn({ channel: to.channel, outcome: reply.kind }, couldNot)
      return
    }
  }
}

const couldNot = 'Could not say that too much is waiting'

const apologyTo = (to: MessageRef, asReply: boolean): WireRequest => ({
  method: 'POST',
  route: Routes.channelMessages(to.channel),
  body: {
    content: tooMuch,
    flags: MessageFlags.SuppressEmbeds,
    allowed_mentions: noMentions,
    ...(asReply && { message_reference: { message_id: to.id, fail_if_not_exists: false } }),
    // The message's own id: a second telling over the same message is the same message.
    nonce: `full-${to.id}`.slice(0, 25),
    enforce_nonce: true,
  },
})
