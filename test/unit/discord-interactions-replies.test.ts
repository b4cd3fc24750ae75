import { afterEach, expect, it } from 'vitest'
import { createDiscord } from '../../adapters/discord/discord.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { placeOf } from '../../src/conversation/place.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part, Platform } from '../../src/ports/platform.ts'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'

const part = (markdown: string): Part => ({ markdown, state: 'done', controls: [] })
const callbackRoute = { method: 'POST', route: /^\/interactions\/\d+\/[^/]+\/callback$/ }
const late = { status: 404, body: { message: 'Unknown interaction', code: 10062 } }

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** An engine that answers each command at once, without waiting for anything. */
async function answering() {
  const discord = await startDiscordFake()
  const over = new AbortController()
  const kept = new Map<string, unknown>()
  const { platform } = createDiscord({
    token: discord.token,
    apiUrl: discord.apiUrl,
    store: {
      get: async <T>(key: string) => kept.get(key) as T | undefined,
      getMany: async () => [],
      set: async (key, value) => Boolean(kept.set(key, value)),
      delete: async () => true,
      deleteMany: async () => true,
    },
    clock: systemClock(),
    chance: systemChance(),
    log: silentLog(),
    followUps: true,
    byRole: false,
  })
  const outcomes: Promise<Outcome>[] = []
  const intake: Intake = {
    commands,
    admit: async (event) => {
      if (event.kind === 'command') outcomes.push(answer(platform, event.place, over.signal))
      return 'new'
    },
    place: async (spot) => placeOf(spot, 'thread'),
    follows: async () => false,
    suggest: async () => [],
    form: async () => null,
    overview: async () => null,
    paced: (_, call) => call(),
  }
  const guild = discord.guild({ name: 'Hall' })
  await platform.start(intake, over.signal)
  await discord.until(() => discord.commands.puts === 1)
  ends.push(async () => {
    await platform.stop()
    over.abort(new Error('the test is over'))
    await discord.close()
  })
  const ann = discord.person({ name: 'Ann' })
  return { discord, ann, guild, channel: guild.channel({ name: 'general' }), outcomes }
}

/** As the engine does: what was certainly not sent is tried again. */
async function answer(platform: Platform, place: Parameters<Platform['send']>[0], signal: AbortSignal) {
  for (;;) {
    const outcome = await platform.send(place, part('the answer'), { nonce: 'n1', index: 0, signal })
    if (outcome.kind !== 'not_sent') return outcome
  }
}

it('an answer that is quicker than its deferral waits, and fills it', async () => {
  const { discord, ann, channel, outcomes } = await answering()
  discord.faults.next(callbackRoute, { delayMs: 300 })
  const asked = ann.slash(channel, 'ask', { prompt: 'quick?' })
  await asked.answered()
  expect(await outcomes[0]).toMatchObject({ kind: 'sent' })
  expect(asked.replies().map(({ content }) => content)).toEqual(['the answer'])
  expect(discord.visible(channel).map(({ content }) => content)).toEqual(['the answer'])
})

it('an answer for the caller alone is seen by nobody else', async () => {
  const { discord, ann, channel, outcomes } = await answering()
  const asked = ann.slash(channel, 'ask', { prompt: 'secret?', private: true })
  await asked.answered()
  expect(await outcomes[0]).toMatchObject({ kind: 'sent' })
  const bob = discord.person({ name: 'Bob' })
  expect(discord.visible(channel, { as: bob })).toEqual([])
  expect(discord.visible(channel, { as: ann }).map(({ content }) => content)).toEqual(['the answer'])
})

it('when the deferral came too late, a public answer goes to the channel', async () => {
  const { discord, ann, channel, outcomes } = await answering()
  discord.faults.next(callbackRoute, late)
  const asked = ann.slash(channel, 'ask', { prompt: 'late?' })
  await discord.until(() => outcomes[0])
  expect(await outcomes[0]).toMatchObject({ kind: 'sent' })
  expect(asked.replies()).toEqual([])
  expect(discord.visible(channel).map(({ content }) => content)).toEqual(['the answer'])
})

it('and a private one, or one where the bot is no member, goes nowhere', async () => {
  const { discord, ann, channel, outcomes } = await answering()
  discord.faults.next(callbackRoute, late, 2)
  ann.slash(channel, 'ask', { prompt: 'late?', private: true })
  const group = discord.group([ann, discord.person({ name: 'Bob' })])
  ann.slash(group, 'ask', { prompt: 'late?' })
  await discord.until(() => outcomes.length === 2)
  expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['forbidden', 'forbidden'])
  expect(discord.visible(channel, { as: ann })).toEqual([])
  expect(discord.visible(group, { as: ann })).toEqual([])
})
