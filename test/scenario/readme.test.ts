import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Program, startProgram } from '../fakes/program.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const hasCurl = spawnSync('curl', ['--version']).status === 0

/** Every curl command of the README's shell blocks, continued lines joined. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => (block ?? '').replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('curl '))

describe.skipIf(!hasCurl)("the README's curl examples", () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-readme-'))
  let program: Program
  beforeAll(async () => {
    program = await startProgram({ directory })
  })
  afterAll(async () => {
    await program.kill('SIGTERM')
    rmSync(directory, { recursive: true, force: true })
  })

  it('are there', () => expect(commands.length).toBeGreaterThan(4))

  it.each(commands)('%s', async (command) => {
    const here = command
      .replaceAll('http://127.0.0.1:3000', program.url)
      .replace('curl ', 'curl --fail-with-body ')
    const { stdout } = await promisify(execFile)('bash', ['-c', here], { cwd: directory, timeout: 15_000 })
    const [, saved] = /-o (\S+)/.exec(here) ?? []
    if (saved !== undefined) expect(readFileSync(join(directory, saved), 'latin1')).toMatch(/^RIFF/)
    else if (here.includes('/metrics')) expect(stdout).toContain('# TYPE')
    else if (here.includes('/chat/stream')) expect(stdout).toMatch(/data: \{"content".*data: \{"done":true/s)
    else expect(JSON.parse(stdout)).not.toHaveProperty('error')
  })
})
