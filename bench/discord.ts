import { type Crowd, type Load, loadDiscord, PACE } from './discord-load.ts'
import { median, type Row } from './row.ts'

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
    rows.push(...rowsOf(crowd, await loadDiscord({ ...crowd, before: BEFORE })))
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

function rowsOf(crowd: (typeof CROWDS)[number], load: Load): Row[] {
  const row = (what: string, value: number, unit: string, aim?: string, met?: boolean): Row => ({
    bench: 'discord',
    what: `${crowd.name}: ${what}`,
    value,
    unit,
    ...(aim === undefined || met === undefined ? {} : { aim, met }),
  })
  const bound = boundOf(crowd)
  const last = Math.max(...load.mentionToFinal)
  const prompt = crowd.aim === 'prompt'
  const [first, final] = [p95(load.firstToken), p95(load.lastToken)]
  return [
    row('mention to model request, p50', median(load.mentionToModel), 'ms'),
    row('mention to model request, p95', p95(load.mentionToModel), 'ms'),
    row('first token to first text, p50', median(load.firstToken), 'ms'),
    row('first token to first text, p95', first, 'ms', ...(prompt ? within(first, 100) : none)),
    row('last token to final text, p50', median(load.lastToken), 'ms'),
    row('last token to final text, p95', final, 'ms', ...(prompt ? within(final, 150) : none)),
    row('mention to everybody’s final text', last, 'ms'),
    // People who come one after the other have no bound in common.
    ...(crowd.overMs > 0
      ? []
      : [
          row('the bound of that', bound, 'ms'),
          row(
            'everybody’s final text against the bound',
            last / bound,
            '×',
            ...(prompt ? none : within(last / bound, 1.2)),
          ),
        ]),
    row('longest time that a shown text stood still, p95', p95(load.stoodStill), 'ms'),
    row('calls an answer', load.calls, ''),
    row('requests refused (429)', load.refused, '', '0', load.refused === 0),
    row(
      `CPU an answer, after ${BEFORE} others`,
      load.cpuMs,
      'ms',
      ...(crowd.people === 50 && !prompt ? within(load.cpuMs, 10) : none),
    ),
    row('peak memory', load.peakMb, 'MB', ...(crowd.people === 500 ? within(load.peakMb, 250) : none)),
  ]
}

type Aim = readonly [aim?: string, met?: boolean]

const none: Aim = []

const within = (value: number, most: number): Aim => [`< ${most}`, value < most]

const p95 = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * 0.95) - 1] ?? Number.NaN

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
