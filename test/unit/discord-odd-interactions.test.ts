import type { APIInteraction } from 'discord-api-types/v10'
import { describe, expect, it } from 'vitest'
import type { ChannelFacts } from '../../adapters/discord/channel-facts.ts'
import { readVia } from '../../adapters/discord/via.ts'
import {
  ids,
  interactionsWorld,
  payload,
  press,
  slash,
  type Told,
  text,
} from './discord-interactions-world.ts'

const thread: ChannelFacts = {
  id: ids.thread,
  guild: ids.guild,
  kind: 'thread',
  parent: ids.channel,
  name: 'a thread',
  owner: null,
}
const inWords = { type: 4, data: { content: expect.stringMatching(/\w/), flags: 68 } }
const ask = (told: Told = {}) => slash('ask', [text('prompt', 'why?')], told)

/** As Discord may send it: what its documents call optional is left out. */
function without(interaction: APIInteraction, ...left: string[]): APIInteraction {
  const kept: unknown = Object.fromEntries(Object.entries(interaction).filter(([key]) => !left.includes(key)))
  return kept as APIInteraction
}

const bare = ['authorizing_integration_owners', 'context']

async function heard(interaction: APIInteraction, set: { member?: boolean; known?: ChannelFacts } = {}) {
  const world = interactionsWorld()
  world.member = set.member ?? true
  if (set.known) world.known.set(set.known.id, set.known)
  await world.hear(interaction)
  const [event] = world.heard
  return { world, event, spot: world.spots[0], via: event && readVia(event.place) }
}

describe('an interaction that does not say who installed the app', () => {
  it.each([
    ['where the bot is in the guild', without(ask(), ...bare), true, true],
    ['where it is not', without(ask(), ...bare), false, false],
    ['and nothing of its rights', without(ask(), ...bare, 'app_permissions'), true, true],
    ['and nothing of its rights, where it is not', without(ask(), ...bare, 'app_permissions'), false, false],
    ['in its direct messages', without(ask({ in: 'dm' }), ...bare), false, true],
  ])('is answered by the bot itself only where it can be: %s', async (_, interaction, member, reachable) => {
    expect((await heard(interaction, { member })).via?.reachable).toBe(reachable)
  })

  it('is believed where it says that a person did', async () => {
    expect((await heard(ask({ installed: 'user' }))).via?.reachable).toBe(false)
  })
})

describe('an interaction that names its channel only', () => {
  const named = (told: Told = {}) => without(ask(told), 'channel')

  it('is heard where that channel is known', async () => {
    const told = { ...named(), channel_id: ids.thread } as APIInteraction
    const { spot, world } = await heard(told, { known: thread })
    expect(spot).toMatchObject({ channel: ids.channel, thread: ids.thread })
    expect(world.answers()).toMatchObject([{ type: 5 }])
  })

  it('is heard where it is not', async () => {
    const { spot, via } = await heard(named())
    expect(spot).toMatchObject({ workspace: ids.guild, channel: ids.channel, direct: false })
    expect(via?.reachable).toBe(true)
  })

  it('and no guild stands in a direct message', async () => {
    const { spot, via } = await heard(named({ in: 'dm' }))
    expect(spot).toMatchObject({ direct: true })
    expect(via?.reachable).toBe(true)
  })

  it('and neither guild nor surroundings is answered under its token alone', async () => {
    const { spot, via } = await heard(without(named({ in: 'dm' }), ...bare))
    expect(spot).toMatchObject({ direct: true })
    expect(via?.reachable).toBe(false)
  })
})

describe('an interaction that makes no sense is answered in time all the same', () => {
  it.each<[string, APIInteraction]>([
    ['of a kind that nobody knows', payload(99, {})],
    ['without data', payload(2, undefined)],
    ['without a channel', without(ask(), 'channel', 'channel_id')],
    ['without a person', without(ask(), 'member')],
    ['a menu without its message', payload(2, { id: '1', type: 3, name: 'Summarise', target_id: '1' })],
    ['a text that is a number', slash('ask', [{ type: 3, name: 'prompt', value: 7 }])],
    ['a flag that is a text', slash('ask', [{ type: 5, name: 'private', value: 'yes' }])],
    ['a button without its message', without(press(`parley.stop.${ids.channel}.`), 'message')],
    [
      'a menu that resolves nothing',
      payload(2, { id: '1', type: 3, name: 'Summarise', target_id: '1', resolved: {} }),
    ],
    ['a form without fields', payload(5, { custom_id: 'parley.form.ask..' })],
    ['a form of nothing', payload(5, { custom_id: 'parley.form.ask..', components: null })],
    [
      'a form whose text is a number',
      payload(5, {
        custom_id: 'parley.form.ask..',
        components: [{ type: 18, component: { type: 4, custom_id: 'prompt', value: 5 } }],
      }),
    ],
  ])('%s', async (_, interaction) => {
    const { world } = await heard(interaction)
    expect(world.heard).toEqual([])
    expect(world.answers()).toMatchObject([inWords])
    expect(world.clock.elapsed()).toBeLessThan(3_000)
    expect(world.logged.join()).not.toContain('stack')
  })

  it('with nothing to offer, where somebody types', async () => {
    const { world } = await heard(payload(4, { id: '1', type: 1, name: 'model' }))
    expect(world.answers()).toEqual([{ type: 8, data: { choices: [] } }])
    expect(world.logged).toEqual([])
  })

  it('and where it can’t be answered, nothing is called', async () => {
    const { world } = await heard({ ...payload(99, {}), id: '../x' } as APIInteraction)
    expect(world.calls).toEqual([])
  })
})
