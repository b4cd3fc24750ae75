import { expect, it } from 'vitest'
import type { Connection } from '../../adapters/sqlite/connection.ts'
import { createHealth } from '../../adapters/sqlite/health.ts'
import { StorageError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

/** A health whose disk fails while `broken` says so, and how often it was written to. */
function watched() {
  const clock = simulatedClock()
  const disk = { broken: false, writes: 0, trouble: null as StorageError | null }
  const call: Connection['call'] = async () => {
    disk.writes++
    if (disk.broken) throw new StorageError('the disk is full')
    disk.trouble = null
    return undefined as never
  }
  const connection: Connection = {
    call,
    sqliteVersion: '3',
    checked: 'whole',
    trouble: () => disk.trouble,
    over: () => null,
    died: new Promise(() => undefined),
    close: async () => undefined,
  }
  return { clock, disk, health: createHealth(connection, clock) }
}

it('writes once for all who ask within a second', async () => {
  const { clock, disk, health } = watched()
  await Promise.all([health(), health(), health()])
  await clock.advance(999)
  expect(await health()).toMatchObject({ healthy: true })
  expect(disk.writes).toBe(1)
})

it('asks the disk again after a second, when it was well and when it was not', async () => {
  const { clock, disk, health } = watched()
  for (const broken of [false, true, false]) {
    disk.broken = broken
    expect(await health()).toMatchObject({ healthy: !broken })
    await clock.advance(1000)
  }
  expect(disk.writes).toBe(3)
})

it('tells once of a write that failed since it was last asked, though its own small one succeeds', async () => {
  const { clock, disk, health } = watched()
  disk.trouble = new StorageError('the disk is full')
  expect(await health()).toMatchObject({ healthy: false, words: 'the disk is full' })
  await clock.advance(1000)
  expect(await health()).toMatchObject({ healthy: true })
})
