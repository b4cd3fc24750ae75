import { SimpleIdentifyThrottler } from '@discordjs/ws'
import { expect, it, vi } from 'vitest'
import type { FakeMessage, Where } from '../fakes/discord/people.ts'
import type { Planned } from '../fakes/openai/script.ts'
import { text } from '../fakes/openai/script.ts'
import { openDiscordStage } from '../scenario/discord-stage.ts'
import { asked, prompt, spoken } from '../scenario/discord-watching.ts'

const drops = process.env.PARLEY_FAULT === 'full' ? 500 : 12
const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000)
const people = 30

/** mulberry32: the same numbers for the same seed. */
function chanceFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const around = (story: readonly string[], words: string): string => {
  const at = story.findIndex((line) => line.startsWith(words))
  return story.slice(Math.max(0, at - 4), at + 4).join(', ')
}

const slowly: Planned = () => ({
  beats: [...text('I '), { kind: 'pause', ms: 20 }, ...text('see'), { kind: 'pause', ms: 20 }, ...text('.')],
})

it(`the gateway breaks ${drops} times at random frames while ${people} people ask: each question is answered once (seed ${seed})`, async () => {
  // Discord lets nobody begin two sessions within 5 s; the fake doesn't ask for it.
  vi.spyOn(SimpleIdentifyThrottler.prototype, 'waitForIdentify').mockResolvedValue(undefined)
  const wide = { limit: 1_000, windowMs: 1_000 }
  const stage = await openDiscordStage({
    limits: { heartbeatMs: 250, sends: wide, edits: wide, threads: wide, typing: wide, global: wide },
    policy: 'budgets: off\n',
  })
  const { discord, model, parley } = stage
  model.always(slowly)
  const chance = chanceFrom(seed)
  const guild = discord.guild({ name: 'Home' })
  const everybody = Array.from({ length: people }, (_, i) => ({
    person: discord.person({ name: `Person ${i}` }),
    channel: guild.channel({ name: `channel-${i}` }),
    questions: [] as FakeMessage[],
  }))
  let questions = 0
  /** For whoever has to find out why one was lost. */
  const story: string[] = []

  /** A mention, a follow-up in a thread of the person's, or a direct message. */
  function ask(): void {
    const { person, channel, questions: own } = everybody[chance(people)]!
    const words = `q${questions++}.`
    const kind = chance(4)
    const earlier = own[chance(Math.max(1, own.length))]
    const thread = earlier && discord.threadOf(earlier)
    story.push(`${words} ${kind === 0 ? 'dm' : kind === 1 && thread ? 'follow-up' : 'mention'}`)
    if (kind === 0) person.says('dm', words)
    else if (kind === 1 && thread) person.says(thread, words)
    else own.push(person.says(channel, `${parley} ${words}`))
  }

  /** After the next `count` requests, frames, or hundredths of a second. */
  const frames = (count: number) => {
    let looks = 0
    return discord.until(() => looks++ > count, 20_000)
  }

  const breaks: readonly (() => unknown)[] = [
    () => discord.gateway.reconnect(),
    () => discord.gateway.drop(4000),
    () => discord.gateway.drop(1001),
    () => discord.gateway.reset(),
    () => discord.gateway.invalidate(true),
    () => discord.gateway.invalidate(false),
    async () => {
      const back = discord.gateway.away()
      ask()
      await frames(chance(30))
      ask()
      back()
    },
    async () => {
      const hears = discord.gateway.deaf()
      ask()
      await frames(chance(60))
      // What a dead connection kept back never comes through it afterwards.
      discord.gateway.reset()
      hears()
    },
  ]

  // Nobody can tell a bot of a direct message that was the first of its channel, and missed.
  for (const { person } of everybody) person.says('dm', `q${questions++}.`)
  await discord.until(() => asked(stage).length === people)

  /** The questions that each request to the model asked for the first time. */
  const answered = () =>
    asked(stage).flatMap((_, index) => {
      const lines = prompt(stage, index)
      const fresh = lines.slice(lines.findLastIndex((line) => line.startsWith('assistant:')) + 1)
      return fresh.join('\n').match(/q\d+\./g) ?? []
    })

  const allAnswered = () => discord.until(() => new Set(answered()).size === questions, 60_000)

  for (let i = 0; i < drops; i++) {
    for (let more = 1 + chance(4); more > 0; more--) {
      ask()
      await frames(chance(4))
    }
    // Sometimes in the middle of HELLO, IDENTIFY, READY or RESUME.
    await discord.until(() => discord.gateway.connections() > 0, 20_000)
    await frames(chance(6))
    const kind = chance(breaks.length)
    story.push(`break ${kind}`)
    await breaks[kind]!()
    story.push('over')
    await frames(chance(12))
    // Now and then it calms down, as it does in the world.
    if (i % 50 === 49) await allAnswered().catch(() => undefined) // told better below
  }

  const places = (): Where[] =>
    everybody.flatMap(({ person, channel, questions: own }) => [
      person.dm,
      channel,
      ...own.flatMap((question) => discord.threadOf(question) ?? []),
    ])
  const answers = () => places().flatMap((place) => spoken(stage, place))
  const all = Array.from({ length: questions }, (_, i) => `q${i}.`)

  await allAnswered().catch(() => undefined)
  expect(
    all.filter((each) => !answered().includes(each)).map((each) => around(story, each)),
    'lost',
  ).toEqual([])
  expect(answered().toSorted(), 'asked once').toEqual(all.toSorted())
  const settled = () =>
    answers().length >= asked(stage).length &&
    answers().every(({ buttons }) => buttons.some(({ label }) => label === 'Regenerate'))
  await discord.until(settled, 20_000)
  expect(answers()).toHaveLength(asked(stage).length)
  expect(new Set(answers().map(({ content }) => content))).toEqual(new Set(['I see.']))
  expect(discord.ledger.limited()).toEqual([])
}, 600_000)
