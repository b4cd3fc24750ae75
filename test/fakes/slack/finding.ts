import { Refusal } from './refusal.ts'
import type { ChannelState, MessageState, TeamState, UserState } from './states.ts'
import { directChannel, type World } from './world.ts'

/** A channel that this workspace's app may know of. A person's id is the direct messages with them. */
export function channelFor(world: World, team: TeamState, id: string): ChannelState {
  if (/^[UW]/.test(id) && world.users.has(id)) return directChannel(world, team.id, id)
  const channel = world.channels.get(id)
  if (channel === undefined || (channel.team !== team.id && !channel.shared.includes(team.id)))
    throw new Refusal('channel_not_found')
  // What is private doesn't exist for who is no member.
  if (channel.kind !== 'channel' && !channel.member) throw new Refusal('channel_not_found')
  return channel
}

/** Where the app may write. */
export function writableFor(world: World, team: TeamState, id: string): ChannelState {
  const channel = channelFor(world, team, id)
  if (channel.archived) throw new Refusal('is_archived')
  if (!channel.member) throw new Refusal('not_in_channel')
  return channel
}

/** The root that a `thread_ts` stands for; a reply's ts counts for its root, as with Slack. */
export function rootIn(channel: ChannelState, thread: string, error = 'thread_not_found'): MessageState {
  const found = channel.messages.get(thread)
  if (found === undefined) throw new Refusal(error)
  return found.thread === null ? found : (channel.messages.get(found.thread) ?? found)
}

export function personFor(world: World, id: string, error = 'user_not_found'): UserState {
  const user = world.users.get(id)
  if (user === undefined) throw new Refusal(error)
  return user
}
