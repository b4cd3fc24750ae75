import type { FakeChannel } from './places.ts'
import type { ChannelState, MessageState } from './states.ts'
import { channelOf, directChannel, type World } from './world.ts'

/** A message to speak of later. */
export interface FakeMessage {
  readonly ts: string
  readonly channel: string
  readonly team: string
  /** The root's ts of a reply, else null. */
  readonly thread: string | null
}

/** A channel, a message's thread, or the direct messages with the app. */
export type Where = FakeChannel | FakeMessage | 'dm'

/** The root of a message's thread, itself at the top level. */
export const rootOf = (thread: string | FakeMessage): string =>
  typeof thread === 'string' ? thread : (thread.thread ?? thread.ts)

export const threadOf = (where: Where): string | null =>
  typeof where === 'object' && 'ts' in where ? rootOf(where) : null

export function channelAt(world: World, where: Where, team: string, user: string): ChannelState {
  if (where === 'dm') return directChannel(world, team, user)
  return channelOf(world, 'ts' in where ? where.channel : where.id)
}

export function stateOf(
  world: World,
  { channel, ts }: FakeMessage | { channel: string; ts: string },
): MessageState {
  const message = world.channels.get(channel)?.messages.get(ts)
  if (message === undefined) throw new Error(`no message ${ts} in ${channel}`)
  return message
}

export const handleOf = (message: MessageState, channel: ChannelState): FakeMessage => ({
  ts: message.ts,
  channel: channel.id,
  team: channel.team,
  thread: message.thread,
})
