import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { conversation, message } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'
import { startProcess } from './sqlite-process.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

const canLiftLimits = spawnSync('prlimit', ['--version']).status === 0

// prlimit (util-linux) gives the disk back to the running process.
describe.skipIf(!canLiftLimits)('when the disk takes no more', () => {
  it('admits nothing it can not keep, says so in its health, and recovers by itself', async () => {
    const child = startProcess(world.path, 'fill', 600)
    const failure = await child.said('failed')
    expect(failure).toMatch(/disk/)
    expect(failure).toContain(world.path)
    await child.said('health false')
    await promisify(execFile)('prlimit', ['--pid', `${child.process.pid}`, '--fsize=unlimited'])
    const failedBefore = child.lines.length
    await expect
      .poll(() => child.lines.slice(failedBefore).some((line) => line.startsWith('admitted')), {
        timeout: 8000,
      })
      .toBe(true)
    await child.kill()

    const database = await world.open()
    expect(await database.health()).toMatchObject({ healthy: true })
    for (const line of child.lines) {
      const [what, id = ''] = line.split(' ')
      if (what === 'admitted')
        expect(await database.inbox.admit(message(id, conversation(id)), 'turn')).toBe('duplicate')
    }
    expect(child.lines.filter((line) => line.startsWith('admitted')).length).toBeGreaterThan(5)
  })
})
