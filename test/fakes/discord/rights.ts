import { refusal } from './refusal.ts'
import type { ChannelState } from './states.ts'
import { isDenied, isThread, type World } from './world.ts'

/** A channel that the bot may look into. */
export function reachable(world: World, id: string): ChannelState {
  const channel = world.channels.get(id)
  if (channel === undefined) throw refusal(10003)
  if (channel.guildId === null) {
    if (!channel.recipients.includes(world.bot.id)) throw refusal(50001)
    return channel
  }
  if (world.guilds.get(channel.guildId)?.installed !== true || isDenied(world, channel, 'view'))
    throw refusal(50001)
  return channel
}

const SENDABLE = [0, 1, 2, 5, 10, 11, 12, 13]

/** A channel that the bot may write into. */
export function sendable(world: World, id: string): ChannelState {
  const channel = reachable(world, id)
  if (!SENDABLE.includes(channel.type)) throw refusal(50008)
  if (isDenied(world, channel, 'send')) throw refusal(50013)
  if (isThread(channel) && isDenied(world, channel, 'sendInThreads')) throw refusal(50013)
  if (isThread(channel) && channel.archived && channel.locked) throw refusal(50083)
  return channel
}
