import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startProgram } from '../fakes/program.ts'

let directory: string
let compiled: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-compiled-'))
  compiled = join(directory, 'data', 'compiled')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function startAndStop(env: Record<string, string> = {}): Promise<void> {
  // Empty: not the one of these tests.
  const program = await startProgram({ directory, env: { NODE_COMPILE_CACHE: '', ...env } })
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null })
}

it('keeps compiled code beside the database, where nobody else can write', async () => {
  await startAndStop()
  expect(((await stat(compiled)).mode & 0o777).toString(8)).toBe('700')
  expect(await readdir(compiled)).not.toEqual([])
})

it('runs no compiled code from a directory in which others can write', async () => {
  await mkdir(compiled, { recursive: true })
  await chmod(compiled, 0o777)
  await startAndStop()
  expect(await readdir(compiled)).toEqual([])
})

it('keeps compiled code where NODE_COMPILE_CACHE says', async () => {
  const chosen = join(directory, 'chosen')
  await startAndStop({ NODE_COMPILE_CACHE: chosen })
  expect(await readdir(chosen)).not.toEqual([])
  await expect(stat(compiled)).rejects.toMatchObject({ code: 'ENOENT' })
})
