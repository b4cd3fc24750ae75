import type { ChannelState } from './states.ts'
import type { World } from './world.ts'

export const VIEW = 1n << 10n

export const BITS = {
  view: VIEW,
  send: 1n << 11n,
  sendInThreads: 1n << 38n,
  createThreads: 1n << 35n,
  history: 1n << 16n,
  attach: 1n << 15n,
  sendVoice: 1n << 46n,
  manageMessages: 1n << 13n,
} as const

/** View, send (also in threads, and voice messages), embed, attach, history, reactions, public threads, commands. */
export const EVERYONE =
  VIEW |
  BITS.send |
  BITS.sendInThreads |
  (1n << 14n) |
  BITS.attach |
  BITS.sendVoice |
  BITS.history |
  (1n << 6n) |
  BITS.createThreads |
  (1n << 31n)

export const everyonePermissions = String(EVERYONE)

export const moderatorPermissions = String(EVERYONE | BITS.manageMessages)

/** What the bot may do in a channel, as bits. */
export function permissionsIn(world: World, channel: ChannelState): string {
  let bits = EVERYONE
  for (const permission of channel.denied) bits &= ~BITS[permission]
  const parent = channel.parentId === null ? undefined : world.channels.get(channel.parentId)
  for (const permission of parent?.denied ?? []) bits &= ~BITS[permission]
  return String(bits)
}

export function deniedBits(channel: ChannelState): bigint {
  let bits = 0n
  for (const permission of channel.denied) bits |= BITS[permission]
  return bits
}
