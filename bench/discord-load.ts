import { setTimeout as pause } from 'node:timers/promises'
import { startDiscordFake } from '../test/fakes/discord/discord-fake.ts'
import { runProgram } from './child.ts'
import { type Crowd, type Load, timesOf } from './crowd.ts'
import { shownBy } from './discord-shown.ts'
import { startPacedModel } from './paced-model.ts'

const PROGRAMS = {
  parley: new URL('../src/main.ts', import.meta.url).pathname,
  plain: new URL('plain-bot.ts', import.meta.url).pathname,
}
export const PACE = { tokens: 400, tokensPerSecond: 100, firstTokenMs: 300 }
/** The round trip to Discord. */
const LATENCY_MS = { least: 40, most: 60 }
const PATIENCE_MS = 120_000
const POLICY = 'budgets: off\n'

/** Drives a program, in a process of its own, with a crowd; all that is measured is seen from outside. */
export async function loadDiscord(crowd: Crowd, program: keyof typeof PROGRAMS = 'parley'): Promise<Load> {
  const [discord, model] = await Promise.all([
    startDiscordFake({
      latency: () => LATENCY_MS.least + Math.random() * (LATENCY_MS.most - LATENCY_MS.least),
    }),
    startPacedModel(PACE),
  ])
  const guild = discord.guild({ name: 'Load' })
  const rooms = Array.from({ length: crowd.oneChannel ? 1 : crowd.people }, (_, index) =>
    guild.channel({ name: `room-${index}` }),
  )
  const people = Array.from({ length: crowd.people + crowd.before }, (_, index) =>
    discord.person({ name: `P${index}` }),
  )
  const child = runProgram(PROGRAMS[program], {
    policy: POLICY,
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      OPENAI_BASE_URL: model.url,
      OPENAI_API: 'responses',
      OPENAI_MODEL: 'paced',
    },
  })
  try {
    await discord.until(() => discord.ledger.gateway.some(({ kind }) => kind === 'identify'), 15_000)
    const ask = (index: number, room = rooms[index % rooms.length]) => {
      const person = people[index]
      if (!room || !person) throw new Error('no such person')
      return person.says(room, `<@${discord.bot.id}> question ${index}`)
    }
    // Loads what is loaded lazily.
    const earlier = Array.from({ length: crowd.before }, (_, index) => crowd.people + index)
    for (const index of earlier) ask(index, guild.channel({ name: `earlier-${index}` }))
    await discord.until(() => earlier.every((index) => model.written.has(index)), PATIENCE_MS)
    await pause(2_500)
    const before = { cpu: child.cpuMs(), requests: discord.ledger.requests.length }
    const asked = new Map<string, number>()
    const askedAt: number[] = []
    for (let index = 0; index < crowd.people; index++) {
      if (crowd.overMs > 0 && index > 0) await pause(crowd.overMs / crowd.people)
      asked.set(ask(index).id, index)
      askedAt.push(Date.now())
    }
    const shown = shownBy(model.text, asked)
    let read = before.requests
    await discord.until(() => {
      const { requests } = discord.ledger
      for (let entry = requests[read]; entry && entry.endedAt !== null; entry = requests[++read])
        shown.take(entry)
      return shown.whole() === crowd.people
    }, PATIENCE_MS)
    await pause(500)
    const requests = discord.ledger.requests.slice(before.requests)
    return {
      ...timesOf(askedAt, model, shown),
      calls: requests.length / crowd.people,
      refused: requests.filter(({ status }) => status === 429).length,
      cpuMs: (child.cpuMs() - before.cpu) / crowd.people,
      peakMb: child.peakMb(),
    }
  } finally {
    await child.end()
    await Promise.all([discord.close(), model.close()])
  }
}
