import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { soleUse } from '../../adapters/sqlite/sole-use.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { startProgram } from '../fakes/program.ts'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'parley-alone-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

it('waits for the process before it, and takes over when that one is done', async () => {
  const path = join(directory(), 'parley.db')
  const first = await soleUse(path, systemClock())
  expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600)
  const second = soleUse(path, systemClock())
  first.release()
  ;(await second).release()
})

it('refuses in words when the other one stays', async () => {
  const path = join(directory(), 'parley.db')
  const first = await soleUse(path, systemClock())
  onTestFinished(() => first.release())
  const clock = simulatedClock()
  await expect(clock.run(soleUse(path, clock))).rejects.toMatchObject({
    words: expect.stringContaining('in use by another Parley'),
  })
})

it('ends with its process, also when that is killed', async () => {
  const made = directory()
  const program = await startProgram({ directory: made })
  await program.kill('SIGKILL')
  const next = await startProgram({ directory: made })
  await next.kill('SIGTERM')
})

it('keeps a second Parley from starting on the same database', async () => {
  const made = directory()
  const first = await startProgram({ directory: made })
  onTestFinished(async () => void (await first.kill('SIGKILL')))
  await expect(startProgram({ directory: made })).rejects.toThrow('in use by another Parley')
  expect((await fetch(`${first.url}/health`)).status).toBe(200)
}, 30_000)
