import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureFile } from '../../adapters/sqlite/database-file.ts'
import { hasWalResetBug } from '../../adapters/sqlite/sqlite-version.ts'
import { StorageError } from '../../src/ports/failure.ts'
import { message } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

async function refusal(path = world.path): Promise<string> {
  const error: unknown = await world.open({ path }).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(StorageError)
  return error instanceof StorageError ? error.words : ''
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

async function withFile(content: string | Buffer): Promise<void> {
  await mkdir(dirname(world.path), { recursive: true })
  await writeFile(world.path, content)
}

/** The file of a database that was closed, after `change` was done to it. */
async function withDatabase(change: (db: DatabaseSync) => void): Promise<Buffer> {
  await (await world.open()).close()
  using db = new DatabaseSync(world.path)
  change(db)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return readFile(world.path)
}

it('makes directory and files for their owner alone', async () => {
  const { inbox } = await world.open()
  await inbox.admit(message('m1'), 'turn')
  expect(await modeOf(dirname(world.path))).toBe('700')
  for (const suffix of ['', '-wal', '-shm']) expect(await modeOf(world.path + suffix)).toBe('600')
})

it('narrows the rights of a file that others could read', async () => {
  await (await world.open()).close()
  await chmod(world.path, 0o644)
  await (await world.open()).close()
  expect(await modeOf(world.path)).toBe('600')
})

it('finds everything again after a restart', async () => {
  const first = await world.open()
  await first.inbox.admit(message('m1'), 'turn')
  await first.store.set('key', { a: 1 })
  await first.close()
  const second = await world.open()
  expect(await second.store.get('key')).toEqual({ a: 1 })
  expect(await second.inbox.admit(message('m1'), 'turn')).toBe('duplicate')
})

it('leaves no log behind when it is closed', async () => {
  await (await world.open()).close()
  expect(existsSync(`${world.path}-wal`)).toBe(false)
  expect(existsSync(`${world.path}-shm`)).toBe(false)
})

it('works in memory', async () => {
  const { inbox } = await world.open({ path: ':memory:' })
  expect(await inbox.admit(message('m1'), 'turn')).toBe('new')
  expect(existsSync(':memory:')).toBe(false)
})

it('lets two processes start at once where there is no file yet', async () => {
  const [one, other] = await Promise.all([world.open(), world.open()])
  expect(await one.inbox.admit(message('m1'), 'turn')).toBe('new')
  expect(await other.inbox.admit(message('m1'), 'turn')).toBe('duplicate')
})

/** As a file system without hard links. */
function noLinks(): never {
  throw Object.assign(new Error('operation not supported'), { code: 'ENOTSUP' })
}

it('makes its file where hard links are missing, and never in the place of another', async () => {
  ensureFile(world.path, 'one', noLinks)
  const { inbox, close } = await world.open()
  expect(await inbox.admit(message('m1'), 'turn')).toBe('new')
  await close()
  ensureFile(world.path, 'two', noLinks)
  expect(await (await world.open()).inbox.admit(message('m1'), 'turn')).toBe('duplicate')
  expect(await readdir(dirname(world.path))).not.toContainEqual(expect.stringContaining('.new-'))
})

it('removes what a first start left that was killed long ago, and nothing a running one needs', async () => {
  await mkdir(dirname(world.path), { recursive: true })
  const [old, young] = [`${world.path}.new-old`, `${world.path}.new-young`]
  for (const draft of [old, `${old}-wal`, young]) await writeFile(draft, 'half')
  for (const draft of [old, `${old}-wal`]) await utimes(draft, 1, 1)
  await world.open()
  expect([old, `${old}-wal`, young].map(existsSync)).toEqual([false, false, true])
})

it.each([
  ['an empty file', Buffer.alloc(0)],
  ['a cut file', Buffer.from('SQLite format 3\0')],
  ['something else', Buffer.from('hello '.repeat(1000))],
])('refuses %s and keeps it', async (_, content) => {
  await withFile(content)
  expect(await refusal()).toMatch(/damaged.*kept untouched.*Restore.*move them away/s)
  expect(await readFile(world.path)).toEqual(content)
})

it('refuses another program’s database and keeps it', async () => {
  await mkdir(dirname(world.path), { recursive: true })
  const foreign = new DatabaseSync(world.path)
  foreign.exec('CREATE TABLE cookies (a)')
  foreign.close()
  const before = await readFile(world.path)
  expect(await refusal()).toContain("not Parley's")
  expect(await readFile(world.path)).toEqual(before)
})

it('refuses the schema of a later version and keeps it', async () => {
  const before = await withDatabase((db) => db.exec('PRAGMA user_version = 99'))
  expect(await refusal()).toMatch(/later version of Parley \(schema 99.*Start the later version/s)
  expect(await readFile(world.path)).toEqual(before)
})

it('refuses a schema that was changed', async () => {
  await withDatabase((db) => db.exec('DROP INDEX event_message'))
  expect(await refusal()).toContain('schema is not what Parley wrote')
})

it('refuses rows that something else changed', async () => {
  await withDatabase((db) => {
    db.function('checksum', { deterministic: true, varargs: true }, () => 0)
    db.exec("INSERT INTO kv (key, value) VALUES ('a', '1')")
  })
  expect(await refusal()).toContain('rows of the table kv were changed by something else')
})

it('does not start anew beside a log whose database is gone', async () => {
  await withFile('')
  await rm(world.path)
  await writeFile(`${world.path}-wal`, 'frames')
  expect(await refusal()).toMatch(/is gone, but its write-ahead log/)
  expect(existsSync(world.path)).toBe(false)
})

it('says in words that a directory can not be made', async () => {
  expect(await refusal('/dev/null/data/parley.db')).toMatch(/can't be made or written.*DATABASE_URL/)
})

it('says that a directory is no file', async () => {
  await mkdir(world.path, { recursive: true })
  expect(await refusal()).toContain('is not a file')
})

it('knows the SQLite releases that can lose pages of a write-ahead log', () => {
  const bad = ['3.51.2', '3.50.6', '3.44.5', '3.49.9', '3.7.0']
  const good = ['3.51.3', '3.52.0', '3.53.4', '3.50.7', '3.44.6', '4.0.0']
  expect(bad.filter((version) => !hasWalResetBug(version))).toEqual([])
  expect(good.filter(hasWalResetBug)).toEqual([])
})
