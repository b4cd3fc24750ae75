import { createDelivery } from '../src/reply/delivery.ts'
import { createPacer } from '../src/reply/pacer.ts'
import { createWriter } from '../src/reply/writer.ts'
import { createChatPlatform } from '../test/fakes/chat-platform.ts'
import { type SimulatedClock, simulatedClock } from '../test/fakes/clock.ts'
import { median, type Row } from './row.ts'

const LIMIT = 2000
const SIZES = [1_000, 10_000, 100_000]
const ROUNDS = 31
const REPLIES = 40
const TOKENS = 400
const TOKEN_MS = 20

const PARAGRAPH = `The quick brown fox jumps over the lazy dog; then it rests, and thinks of *nothing* at all.
It does so for a while.

- one thing
- another thing, with \`code\`

\`\`\`ts
const answer: number = 42
console.log(answer)
\`\`\`

`

/** What one more delta costs an answer that is long already, and what a whole answer costs this process. */
export async function benchDelta(): Promise<Row[]> {
  const costs = costsOfDelta()
  const growth = (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN)
  const reply = await costOfReplies()
  return [
    ...costs.map((value, index) => ({
      bench: 'delta',
      what: `delta, written and planned, after ${SIZES[index]?.toLocaleString('en')} characters`,
      value,
      unit: 'µs',
    })),
    {
      bench: 'delta',
      what: 'longest against shortest',
      value: growth,
      unit: '×',
      aim: '< 1.5',
      met: growth < 1.5,
    },
    {
      bench: 'delta',
      what: `CPU of a ${TOKENS}-token reply, writer and delivery`,
      value: reply.cpuMs,
      unit: 'ms',
    },
    {
      bench: 'delta',
      what: 'calls of that reply to a platform that answers at once',
      value: reply.calls,
      unit: '',
    },
  ]
}

/** Microseconds for each size, taken in turn so that a busy machine slows them all alike; the first round warms up. */
function costsOfDelta(): number[] {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => SIZES.map(costOfDelta)).slice(1)
  return SIZES.map((_, index) => median(rounds.map((round) => round[index] ?? Number.NaN)))
}

/** The mean over the filling of one message, for a fuller tail costs more. */
function costOfDelta(size: number): number {
  const writer = createWriter({ limit: LIMIT, measure: (text) => text.length })
  for (const delta of pieces(size, 500)) writer.append(delta)
  writer.count()
  const deltas = pieces(LIMIT, 5)
  const began = performance.now()
  for (const delta of deltas) {
    writer.append(delta)
    writer.part(writer.count() - 1)
  }
  return ((performance.now() - began) * 1000) / deltas.length
}

/** Tokens come every 20 ms of simulated time, so that edits are as many as they would be; the time itself is not spent. */
async function costOfReplies(): Promise<{ cpuMs: number; calls: number }> {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  for (let warmup = 0; warmup < 5; warmup++) await reply(clock, pacer, `warm ${warmup}`)
  const before = process.cpuUsage()
  let calls = 0
  for (let turn = 0; turn < REPLIES; turn++) calls += await reply(clock, pacer, `turn ${turn}`)
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1000 / REPLIES, calls: calls / REPLIES }
}

async function reply(
  clock: SimulatedClock,
  pacer: ReturnType<typeof createPacer>,
  name: string,
): Promise<number> {
  const { platform, ledger } = createChatPlatform()
  const delivery = createDelivery({
    platform,
    place: {
      conversation: { platform: 'chat', workspace: 'w', channel: 'c', thread: name },
      root: null,
      direct: false,
    },
    pacer,
    clock,
    nonce: (index) => `${name}:${index}`,
    draft: [],
    saveParts: () => Promise.resolve(),
    controls: () => [],
    signal: new AbortController().signal,
  })
  for (const token of pieces(TOKENS * 4, 4)) {
    delivery.write(token)
    await clock.advance(TOKEN_MS)
  }
  await clock.run(delivery.finish())
  return ledger.length
}

function pieces(characters: number, each: number): string[] {
  const text = PARAGRAPH.repeat(Math.ceil(characters / PARAGRAPH.length)).slice(0, characters)
  return Array.from({ length: Math.ceil(characters / each) }, (_, index) =>
    text.slice(index * each, (index + 1) * each),
  )
}

if (import.meta.main) console.table(await benchDelta())
