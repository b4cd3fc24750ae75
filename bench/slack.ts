import { type Aims, rowsOf } from './crowd.ts'
import { PACE } from './discord-load.ts'
import type { Row } from './row.ts'
import { loadSlack, type SlackCrowd } from './slack-load.ts'

/** Answers before those that are measured: the CPU time of a process that has begun long ago. */
const BEFORE = 20
/** chat.postMessage takes one a second in a channel (Slack's documents, "Rate limits"). */
const POST_MS = 1_000
/** Half a round trip. */
const ONE_WAY_MS = 25

const AT_ONCE = [1, 20, 50, 500]
const SHORT = new Set(['20 at once in channels', '50 at once in channels', '20 at once in DMs'])

/**
 * Answers of 400 tokens at 100 a second for crowds of people, with 40 to 60 ms of network: in channels by edits, in
 * direct messages by Slack's own streams, against Slack's documented limits and without any.
 */
export async function benchSlack(short: boolean): Promise<Row[]> {
  const rows: Row[] = []
  for (const crowd of crowds()) {
    if (short && !SHORT.has(crowd.name)) continue
    const load = await loadSlack(crowd)
    rows.push(...rowsOf('slack', crowd, load, { bound: boundOf(crowd), aims: aimsOf(crowd) }))
  }
  return rows
}

function crowds(): SlackCrowd[] {
  const made: SlackCrowd[] = []
  for (const limits of ['documented', 'none'] as const) {
    const end = limits === 'none' ? ', without limits' : ''
    const all = { overMs: 0, before: BEFORE, limits }
    for (const people of AT_ONCE) {
      const one = { ...all, people, oneChannel: false }
      made.push({ ...one, name: `${people} at once in channels${end}`, in: 'channels' })
      made.push({ ...one, name: `${people} at once in DMs${end}`, in: 'dms' })
    }
    made.push({
      ...all,
      name: `20 at once in one channel${end}`,
      people: 20,
      oneChannel: true,
      in: 'channels',
    })
  }
  return made
}

function aimsOf({ people, oneChannel, limits }: SlackCrowd): Aims {
  if (limits === 'none' && !oneChannel)
    return {
      finalText: 150,
      ...(people <= 20 && { firstText: 150 }),
      ...(people === 500 && { cpu: 10, peak: 250 }),
    }
  return people <= 20 && !oneChannel ? { firstText: 150, finalText: 150 } : { bound: 1.2 }
}

/**
 * When a scheduler that knew everything could show everybody the whole text, ms after they all asked: not before it is
 * written, and in one channel not before everybody's message was posted, one a second from the first token on.
 */
function boundOf({ people, oneChannel }: SlackCrowd): number {
  const writtenMs = PACE.firstTokenMs + ((PACE.tokens - 1) * 1000) / PACE.tokensPerSecond
  const postedMs = oneChannel ? PACE.firstTokenMs + (people - 1) * POST_MS : 0
  return Math.max(writtenMs, postedMs) + ONE_WAY_MS
}

if (import.meta.main) console.table(await benchSlack(process.argv.includes('--short')))
