import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startDiscordFake } from '../test/fakes/discord/discord-fake.ts'
import { shownBy } from './discord-shown.ts'
import { startPacedModel } from './paced-model.ts'

/** People who mention the bot, and when. */
export interface Crowd {
  readonly name: string
  readonly people: number
  /** Milliseconds over which they come; 0 = all at once. */
  readonly overMs: number
  /** All in one channel instead of one each. */
  readonly oneChannel: boolean
  /** Answers that the process has given before, all at once: V8 compiles what is called often. At least one. */
  readonly before: number
}

/** Milliseconds, a number for each answer. */
export interface Load {
  readonly mentionToModel: readonly number[]
  readonly firstToken: readonly number[]
  readonly lastToken: readonly number[]
  readonly mentionToFinal: readonly number[]
  /** The longest time that a shown, unfinished text stood still. */
  readonly stoodStill: readonly number[]
  readonly calls: number
  readonly refused: number
  readonly cpuMs: number
  readonly peakMb: number
}

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
  const directory = mkdtempSync(join(tmpdir(), 'parley-load-'))
  const [discord, model] = await Promise.all([
    startDiscordFake({
      latency: () => LATENCY_MS.least + Math.random() * (LATENCY_MS.most - LATENCY_MS.least),
    }),
    startPacedModel(PACE),
  ])
  writeFileSync(join(directory, 'parley.yaml'), POLICY)
  const guild = discord.guild({ name: 'Load' })
  const rooms = Array.from({ length: crowd.oneChannel ? 1 : crowd.people }, (_, index) =>
    guild.channel({ name: `room-${index}` }),
  )
  const people = Array.from({ length: crowd.people + crowd.before }, (_, index) =>
    discord.person({ name: `P${index}` }),
  )
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [PROGRAMS[program]], {
    cwd: directory,
    env: {
      PATH,
      HOME,
      PORT: '0',
      LOG_LEVEL: 'error',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      OPENAI_BASE_URL: model.url,
      OPENAI_API: 'responses',
      OPENAI_MODEL: 'paced',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
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
    const before = { cpu: cpuMsOf(child), requests: discord.ledger.requests.length }
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
      for (; read < requests.length && requests[read]?.endedAt !== null; read++) shown.take(requests[read])
      return shown.whole() === crowd.people
    }, PATIENCE_MS)
    await pause(500)
    const requests = discord.ledger.requests.slice(before.requests)
    const each = <T>(of: (index: number) => T): T[] => askedAt.map((_, index) => of(index))
    const wrote = (index: number) => model.written.get(index) ?? { askedAt: 0, firstAt: 0, lastAt: 0 }
    return {
      mentionToModel: each((index) => wrote(index).askedAt - (askedAt[index] ?? 0)),
      firstToken: each((index) => shown.of(index).firstAt - wrote(index).firstAt),
      lastToken: each((index) => shown.of(index).wholeAt - wrote(index).lastAt),
      mentionToFinal: each((index) => shown.of(index).wholeAt - (askedAt[index] ?? 0)),
      stoodStill: each((index) => shown.of(index).stoodStillMs),
      calls: requests.length / crowd.people,
      refused: requests.filter(({ status }) => status === 429).length,
      cpuMs: (cpuMsOf(child) - before.cpu) / crowd.people,
      peakMb: peakMbOf(child),
    }
  } finally {
    child.kill('SIGKILL')
    if (child.exitCode === null) await once(child, 'exit').catch(() => undefined)
    await Promise.all([discord.close(), model.close()])
    rmSync(directory, { recursive: true, force: true })
  }
}

/** User and system time so far; /proc counts in hundredths of a second. */
function cpuMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function peakMbOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}
