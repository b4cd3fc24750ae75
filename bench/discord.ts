import { type Aims, type Crowd, p95, rowsOf } from './crowd.ts'
import { loadDiscord, PACE } from './discord-load.ts'
import type { Row } from './row.ts'

const CROWDS: readonly (Omit<Crowd, 'before'> & { readonly aim: 'prompt' | 'bound' })[] = [
  { name: '1 at once', people: 1, overMs: 0, oneChannel: false, aim: 'prompt' },
  { name: '20 at once', people: 20, overMs: 0, oneChannel: false, aim: 'prompt' },
  { name: '50 spread over 25 s', people: 50, overMs: 25_000, oneChannel: false, aim: 'prompt' },
  { name: '50 at once', people: 50, overMs: 0, oneChannel: false, aim: 'bound' },
  { name: '20 at once in one channel', people: 20, overMs: 0, oneChannel: true, aim: 'bound' },
  { name: '500 at once', people: 500, overMs: 0, oneChannel: false, aim: 'bound' },
]
const SHORT = new Set(['20 at once', '50 at once'])
/** Answers before those that are measured: the CPU time of a process that has begun long ago. */
const BEFORE = 20

/** Requests a second that Discord allows a bot, interactions aside. */
const GLOBAL_PER_SECOND = 50
/** A thread, and the whole answer in it: the calls that no scheduler can save. */
const LEAST_CALLS = 2
/** Half a round trip. */
const ONE_WAY_MS = 25

/** Answers of 400 tokens at 100 a second for crowds of people, against Discord's limits and 40 to 60 ms of network. */
export async function benchDiscord(short: boolean): Promise<Row[]> {
  const rows: Row[] = []
  for (const crowd of CROWDS) {
    if (short && !SHORT.has(crowd.name)) continue
    const measured = { ...crowd, before: BEFORE }
    // People who come one after the other have no bound in common.
    const bound = crowd.overMs > 0 ? null : boundOf(crowd)
    rows.push(...rowsOf('discord', measured, await loadDiscord(measured), { bound, aims: aimsOf(crowd) }))
    if (crowd.people !== 50 || crowd.aim !== 'bound') continue
    const fresh = await loadDiscord({ ...crowd, before: 1 })
    const plain = await loadDiscord({ ...crowd, before: BEFORE }, 'plain')
    rows.push(
      ...[
        { what: 'CPU an answer in a fresh process', value: fresh.cpuMs },
        { what: `CPU an answer of a plain bot, after ${BEFORE} others`, value: plain.cpuMs },
        { what: 'last token to final text of a plain bot, p95', value: p95(plain.lastToken) },
      ].map(({ what, value }) => ({ bench: 'discord', what: `${crowd.name}: ${what}`, value, unit: 'ms' })),
    )
  }
  return rows
}

function aimsOf({ people, aim }: (typeof CROWDS)[number]): Aims {
  if (aim === 'prompt') return { firstText: 100, finalText: 150 }
  return { bound: 1.2, ...(people === 50 && { cpu: 10 }), ...(people === 500 && { peak: 250 }) }
}

/**
 * When a scheduler that knew everything could show everybody the whole text, ms after they all asked: not before it
 * is written, and not before the calls that can't be saved have left, so many a second.
 */
function boundOf({ people }: Pick<Crowd, 'people'>): number {
  const writtenMs = PACE.firstTokenMs + ((PACE.tokens - 1) * 1000) / PACE.tokensPerSecond
  const lastWindow = Math.ceil((people * LEAST_CALLS) / GLOBAL_PER_SECOND) - 1
  return Math.max(writtenMs, lastWindow * 1000) + ONE_WAY_MS
}

if (import.meta.main) console.table(await benchDiscord(process.argv.includes('--short')))
