import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FakeChannel, FakeGuild, Permissions } from '../fakes/discord/places.ts'
import { type EarWorld, earWorld } from './discord-hearing-world.ts'

let world: EarWorld
let guild: FakeGuild

beforeAll(async () => {
  world = await earWorld()
  guild = world.fake.guild({ name: 'Guild' })
})
afterAll(() => world.close())

const may = (what: 'attach' | 'speak', channel: FakeChannel, thread = channel.id): boolean =>
  world.listening.directory.may(what, { channel: thread, parent: channel.id, guild: guild.id })

/** A channel that the gateway told of. */
async function channelWith(name: string, permissions: Permissions): Promise<FakeChannel> {
  const channel = guild.channel({ name, permissions })
  await world.until(() => world.listening.directory.known(channel.id))
  return channel
}

it('what the bot may send is known from the channel’s permissions', async () => {
  const open = await channelWith('open', {})
  const mute = await channelWith('mute', { sendVoice: false })
  const bare = await channelWith('bare', { attach: false })
  expect([open, mute, bare].map((one) => may('speak', one))).toEqual([true, false, true])
  expect([open, mute, bare].map((one) => may('attach', one))).toEqual([true, true, false])
})

it('a thread that is not known yet has the permissions of its channel', async () => {
  const mute = await channelWith('mute-too', { sendVoice: false })
  expect(may('speak', mute, '1573277146791542784')).toBe(false)
})

it('where nothing is known it may', () => {
  const where = { channel: '1', parent: '1', guild: '@me' }
  expect(world.listening.directory.may('speak', where)).toBe(true)
})
