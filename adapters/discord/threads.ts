import { type APIChannel, type APIThreadChannel, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Opened, Outcome } from '../../src/ports/outcome.ts'
import { threadName } from './limits.ts'
import { code, isLimitedForNow, outcomeOf, ratedBy, refusalWords } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply } from './request.ts'
import { channelOf } from './ways.ts'

/** Opens the threads that answers go to, and names them. */
export function createThreads({ wire, self, opened: tell }: Outgoing) {
  async function openPlace(place: Place, title: string, signal: AbortSignal): Promise<Opened> {
    const { root } = place
    if (root === null) return { kind: 'open', place }
    const name = threadName(title)
    const came = await open(place, root, name, signal)
    const { workspace: guild } = place.conversation
    const thread = { id: root.id, guild, kind: 'thread', parent: root.channel, name, owner: self() } as const
    if (came.kind === 'open') tell?.(thread)
    return came
  }

  async function open(place: Place, root: MessageRef, name: string, signal: AbortSignal): Promise<Opened> {
    const reply = await wire.call<APIThreadChannel>(
      { method: 'POST', route: Routes.threads(root.channel, root.id), body: { name } },
      signal,
    )
    const stands: Opened = { ...ratedBy(reply), kind: 'open', place: { ...place, root: null } }
    if (reply.kind === 'refused' && reply.code === code.threadExists) return mine(root, stands, signal)
    return opened(reply, stands)
  }

  /** The thread that stands there already is ours after a lost answer, or somebody else's. */
  async function mine(root: MessageRef, open: Opened, signal: AbortSignal): Promise<Opened> {
    const me = self()
    if (me === null)
      return { kind: 'failed', cause: new Error('Not connected yet: whose thread it is can’t be told') }
    // A thread on a message has the message's id.
    const reply = await wire.call<APIChannel>({ method: 'GET', route: Routes.channel(root.id) }, signal)
    if (reply.kind !== 'done') return opened(reply, open)
    return 'owner_id' in reply.body && reply.body.owner_id === me
      ? open
      : { ...ratedBy(reply), kind: 'forbidden', why: 'somebody else opened a thread on this message' }
  }

  async function rename(place: Place, title: string, signal: AbortSignal): Promise<Outcome> {
    const channel = channelOf(place)
    // An archived thread takes a name only together with its way out of the archive.
    const reply = await wire.call<unknown>(
      { method: 'PATCH', route: Routes.channel(channel), body: { name: threadName(title), archived: false } },
      signal,
    )
    return outcomeOf(reply, () => ({ channel, id: channel }))
  }

  return { openPlace, rename }
}

function opened(reply: Reply<unknown>, open: Opened): Opened {
  switch (reply.kind) {
    case 'done':
      return open
    case 'limited':
      return reply
    case 'refused': {
      const pause = isLimitedForNow(reply)
      if (pause !== null) return { ...ratedBy(reply), kind: 'limited', retryAfterMs: pause }
      const why = refusalWords(reply)
      return reply.status === 401
        ? { ...ratedBy(reply), kind: 'failed', cause: new Error(why) }
        : { ...ratedBy(reply), kind: 'forbidden', why }
    }
    case 'not_sent':
    case 'unknown':
      return { ...ratedBy(reply), kind: 'failed', cause: reply.cause }
  }
}
