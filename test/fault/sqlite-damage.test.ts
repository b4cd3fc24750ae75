import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqlite, type Sqlite } from '../../adapters/sqlite/sqlite.ts'
import { StorageError } from '../../src/ports/failure.ts'
import { conversation, eventually, ids, message, startWorker } from '../contract/inbox-world.ts'
import { silent } from '../contract/sqlite-world.ts'
import { seededChance, simulatedClock } from '../fakes/clock.ts'

const spender = { platform: 'web', workspace: 'w', channel: 'c', person: 'p' }
const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 1, model: 'gpt', purpose: 'chat' } as const
const suffixes = ['', '-wal', '-shm', '-boot'] as const
type Suffix = (typeof suffixes)[number]

let directory: string
const full = process.env.PARLEY_FAULT === 'full'
/** Of each kind, in each half. */
const rows = full ? 40 : 15
/** The files as a killed process leaves them: half of the data in the database, half in its log. */
const original = new Map<Suffix, Buffer>()
const keys: string[] = []
const events: string[] = []

async function open(path: string): Promise<Sqlite> {
  return openSqlite({ path, clock: simulatedClock(), chance: seededChance(Date.now()), log: silent })
}

async function write({ inbox, store, ledger }: Sqlite, name: string): Promise<void> {
  for (let n = 0; n < rows; n++) {
    keys.push(`${name}${n}`)
    events.push(`${name}${n}`)
    await store.set(`${name}${n}`, { text: `${name}${n} `.repeat(40) })
    await inbox.admit(message(`${name}${n}`, conversation(`${name}${n}`)), 'turn')
    await ledger.settle({
      id: `${name}${n}`,
      at: 1_700_000_000_000 + n,
      amount: 1000 + n,
      spender,
      ...tokens,
    })
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-damage-'))
  const path = join(directory, 'original.db')
  const first = await open(path)
  await write(first, 'early')
  await first.close()
  const second = await open(path)
  await write(second, 'late')
  for (const suffix of suffixes) {
    await copyFile(path + suffix, join(directory, 'copy'))
    original.set(suffix, await readFile(join(directory, 'copy')))
  }
  await second.close()
})

afterAll(() => rm(directory, { recursive: true, force: true }))

/** What anyone can see of the data. */
async function everything(database: Sqlite): Promise<unknown> {
  const worker = startWorker({ ...database, clock: simulatedClock() }, undefined, { concurrency: 100 })
  await eventually(async () => {
    const { waiting, claimed } = await database.inbox.depth()
    return waiting + claimed === 0
  })
  await worker.stop()
  const again = await Promise.all(
    events.map((id) => database.inbox.admit(message(id, conversation(id)), 'turn')),
  )
  return {
    values: await database.store.getMany(keys),
    handedOver: worker.claims.flatMap(ids).sort(),
    again: again.filter((answer) => answer !== 'duplicate'),
    spent: await database.ledger.spent({}, 0),
    some: await database.ledger.spent({ person: 'p' }, 1_700_000_000_010),
  }
}

let case_ = 0
/** Opens the files with `damage` done to one of them. */
async function openDamaged(suffix: Suffix, damage: (bytes: Buffer) => Buffer): Promise<'intact' | 'refused'> {
  const path = join(directory, `case${case_++}.db`)
  for (const [each, bytes] of original)
    await writeFile(path + each, each === suffix ? damage(Buffer.from(bytes)) : bytes, { mode: 0o600 })
  const before = await Promise.all([readFile(path), readFile(`${path}-wal`)])
  const opened = await open(path).catch((error: unknown) => error)
  if (opened instanceof Error) {
    expect(opened).toBeInstanceOf(StorageError)
    expect(opened instanceof StorageError && opened.words).toContain(path)
    expect(opened instanceof StorageError && opened.words).toMatch(/kept untouched.*(Restore|restore)/s)
    expect(await Promise.all([readFile(path), readFile(`${path}-wal`)])).toEqual(before)
    return 'refused'
  }
  const database = opened as Sqlite
  try {
    expect(await everything(database)).toEqual(await untouched())
    return 'intact'
  } finally {
    await database.close()
  }
}

let known: unknown
async function untouched(): Promise<unknown> {
  if (known) return known
  const path = join(directory, 'untouched.db')
  for (const [suffix, bytes] of original) await writeFile(path + suffix, bytes)
  const database = await open(path)
  known = await everything(database)
  await database.close()
  return known
}

const damage = fc.record({
  suffix: fc.constantFrom<Suffix>('', '', '-wal', '-wal', '-shm'),
  kind: fc.constantFrom('flip', 'flip', 'flip', 'cut', 'blank'),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
})

it(
  'opens with all that was committed, or refuses and keeps the files, whatever byte is changed or cut',
  async () => {
    const seen = { intact: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(damage, async ({ suffix, kind, where, bit }) => {
        const result = await openDamaged(suffix, (bytes) => {
          const at = Math.floor(where * bytes.length)
          if (kind === 'cut') return bytes.subarray(0, at)
          if (kind === 'blank') return bytes.fill(0, at, Math.min(at + 512, bytes.length))
          bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
          return bytes
        })
        seen[result]++
      }),
      { numRuns: full ? 300 : 12, endOnFailure: true },
    )
    expect(seen.refused).toBeGreaterThan(0)
  },
  full ? 300_000 : 20_000,
)

it.each([
  ['the first byte', '', 0],
  ['the schema version', '', 63],
  ['the text encoding', '', 59],
  ['the application id', '', 70],
  ["the log's magic number", '-wal', 0],
  ["the log's salt", '-wal', 17],
] as const)('refuses a file whose header is changed: %s', async (_, suffix, at) => {
  const flip = (bytes: Buffer): Buffer => {
    bytes.writeUInt8(bytes.readUInt8(at) ^ 6, at)
    return bytes
  }
  // A page in the log stands for the one in the file, so a change of the file's may not matter.
  if (suffix === '-wal') expect(await openDamaged(suffix, flip)).toBe('refused')
  else await openDamaged(suffix, flip)
})

it('refuses a log from which the last commit was cut', async () => {
  const size = 24 + 4096
  expect(
    await openDamaged('-wal', (bytes) =>
      bytes.subarray(0, 32 + size * Math.floor((bytes.length - 32) / size - 1)),
    ),
  ).toBe('refused')
  expect(await openDamaged('-wal', () => Buffer.alloc(0))).toBe('refused')
})

it('refuses a log with a changed byte before its last commits, even when nothing else tells how long it was', async () => {
  const path = join(directory, 'alone.db')
  const log = Buffer.from(original.get('-wal') ?? [])
  log.writeUInt8(log.readUInt8(32 + 24 + 100) ^ 1, 32 + 24 + 100)
  await writeFile(path, original.get('') ?? '')
  await writeFile(`${path}-wal`, log)
  await expect(open(path)).rejects.toThrow('before later commits')
  expect(await readFile(`${path}-wal`)).toEqual(log)
})

it('forgets the torn end of a write that a crash cut off, and nothing else', async () => {
  expect(await openDamaged('-wal', (bytes) => Buffer.concat([bytes, Buffer.alloc(3000, 7)]))).toBe('intact')
  expect(await openDamaged('-shm', () => Buffer.alloc(0))).toBe('intact')
})
