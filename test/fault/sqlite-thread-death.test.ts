import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startProgram } from '../fakes/program.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-thread-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Lets SIGUSR2 end the database thread, as a lack of memory would. */
const fuse = "process.on('worker', (thread) => process.once('SIGUSR2', () => thread.terminate()))"

it('ends with an error when its database thread dies, so that a supervisor can start it anew', async () => {
  const program = await startProgram({
    directory,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fuse)}` },
  })
  expect(await program.kill('SIGUSR2')).toEqual({ code: 1, signal: null })
  expect(program.output()).toMatch(/"level":(60|"fatal").*ended unexpectedly/)
})
