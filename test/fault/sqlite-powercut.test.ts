import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

const suffixes = ['', '-wal', '-shm', '-boot'] as const

/** A copy of the files as they are now, and its path. */
function copied(name: string): string {
  const path = `${world.path}-${name}`
  for (const suffix of suffixes)
    if (existsSync(world.path + suffix)) copyFileSync(world.path + suffix, path + suffix)
  return path
}

/** Copies the log into the database; the next write begins a new generation of it. */
function checkpoint(): void {
  using db = new DatabaseSync(world.path)
  db.exec('PRAGMA wal_checkpoint(RESTART)')
}

const saltOf = (log: string): string => readFileSync(log).toString('hex', 16, 24)

it('opens what a power cut or a snapshot leaves: a log beside the -shm file of its former generation', async () => {
  const database = await world.open()
  for (let n = 0; n < 5; n++) await database.store.set(`k${n}`, 'before')
  const before = copied('before')
  checkpoint()
  await database.store.set('k4', 'after')
  const cut = copied('cut')
  copyFileSync(`${before}-shm`, `${cut}-shm`)
  expect(saltOf(`${cut}-wal`)).not.toBe(saltOf(`${before}-wal`))
  const restored = await world.open({ path: cut })
  expect(await restored.store.getMany(['k3', 'k4'])).toEqual(['before', 'after'])
})

it('still refuses a broken log beside the -shm file of a former generation', async () => {
  const database = await world.open()
  await database.store.set('k', 'before')
  const before = copied('before')
  checkpoint()
  for (let n = 0; n < 5; n++) await database.store.set(`k${n}`, 'after')
  const cut = copied('cut')
  copyFileSync(`${before}-shm`, `${cut}-shm`)
  const log = readFileSync(`${cut}-wal`)
  writeFileSync(`${cut}-wal`, log.fill(7, 100, 110))
  await expect(world.open({ path: cut })).rejects.toThrow('before later commits')
  expect(readFileSync(`${cut}-wal`)).toEqual(log)
})

it('believes a -shm file about a missing log only in the boot in which it was made', async () => {
  const database = await world.open()
  await database.store.set('k', 'kept')
  const running = copied('running')
  await database.close()
  // What a power cut leaves of a stop: the log is copied and gone, the -shm file is still there.
  const cut = copied('cut')
  for (const suffix of ['-shm', '-boot']) copyFileSync(running + suffix, cut + suffix)
  await expect(world.open({ path: cut })).rejects.toThrow('missing or cut')
  writeFileSync(`${cut}-boot`, '00000000-0000-4000-8000-000000000000')
  const restored = await world.open({ path: cut })
  expect(await restored.store.get('k')).toBe('kept')
  expect(readFileSync(`${cut}-boot`, 'utf8')).toBe(readFileSync(`${running}-boot`, 'utf8'))
})
