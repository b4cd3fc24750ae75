import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemory, type StoredMessage } from '../src/conversation/memory.ts'
import { openHouse } from '../test/fakes/house.ts'
import { talk } from '../test/fakes/people.ts'
import { median, type Row } from './row.ts'

const warmups = 5

/** What a turn costs, admission to settlement, in conversations of different ages. The model answers at once. */
export async function benchHistory(sizes: readonly number[], turns: number): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const house = await openHouse({ path: join(directory, 'parley.db') })
  try {
    house.model.always(() => ['A short ', 'answer.'])
    const rows: Row[] = []
    for (const size of sizes) {
      const { thread } = await fill(house, size)
      const times: number[] = []
      for (let i = 0; i < warmups + turns; i++) {
        const before = house.traces.length
        const started = performance.now()
        await talk(house).say(`Question ${i}?`, thread)
        while (house.traces.length === before) await new Promise(setImmediate)
        if (i >= warmups) times.push(performance.now() - started)
      }
      rows.push({
        bench: 'history',
        what: `turn with ${size.toLocaleString('en')} stored messages`,
        value: median(times),
        unit: 'ms',
      })
    }
    const [first, last] = [rows[0]?.value ?? Number.NaN, rows.at(-1)?.value ?? Number.NaN]
    return [
      ...rows,
      {
        bench: 'history',
        what: 'longest against shortest',
        value: last / first,
        unit: '×',
        aim: '< 1.5',
        met: last / first < 1.5,
      },
    ]
  } finally {
    await house.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A conversation that has been going on for `size` messages. */
async function fill(house: Awaited<ReturnType<typeof openHouse>>, size: number) {
  const { store } = house.database
  const memory = createMemory(store, 86_400_000)
  const thread = `thread-${size}`
  const id = JSON.stringify([house.chat.platform.name, 'team', 'general', thread])
  const by = { id: 'pia', name: 'Pia' }
  const message = (seq: number): StoredMessage => ({
    role: seq % 2 === 0 ? 'user' : 'assistant',
    text: `Message ${seq}: ${'some words of a conversation '.repeat(5)}`,
    tokens: 40,
    at: seq,
    by: seq % 2 === 0 ? by : null,
    ref: null,
    files: [],
    quotes: [],
    hidden: false,
  })
  for (let seq = 0; seq < size; seq += 500) {
    const some = Array.from({ length: Math.min(500, size - seq) }, (_, i) => seq + i)
    await Promise.all(some.map((one) => memory.rewrite(id, 0, one, message(one))))
  }
  await store.set(`conversation:${id}`, { epoch: 0, next: size })
  return { thread }
}
