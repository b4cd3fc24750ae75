import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startProgram } from '../fakes/program.ts'
import { temporaryDirectory } from './house.ts'

const root = new URL('../..', import.meta.url).pathname
const later = { timeout: 15_000, interval: 50 }

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  )

it('npm start stops with npm, and leaves no orphan on the port', async () => {
  const env = {
    PORT: '0',
    LOG_FORMAT: 'json',
    DATABASE_URL: `sqlite:${join(temporaryDirectory(), 'parley.db')}`,
  }
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void npm.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: npm.stdout }).on('line', (line) => lines.push(line))
  const url = await vi.waitFor(() => {
    const found = /"url":"(http:[^"]+)"/.exec(lines.join('\n'))?.[1]
    if (found === undefined) throw new Error('it does not listen yet')
    return found
  }, later)
  expect(await isUp(url)).toBe(true)
  npm.kill('SIGTERM')
  await vi.waitFor(async () => expect(await isUp(url)).toBe(false), later)
}, 30_000)

it('a stop tells REST callers whose answer it can’t wait for', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'parley.yaml'), 'rehearsal: { tokens_per_second: 2, first_token_ms: 0 }\n')
  const program = await startProgram({ directory })
  onTestFinished(async () => void (await program.kill('SIGKILL')))
  const answer = await fetch(`${program.url}/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Something long, please' }),
  })
  const [text, gone] = await Promise.all([answer.text(), program.kill('SIGTERM')])
  expect(gone).toEqual({ code: 0, signal: null })
  expect(text).toMatch(/data: \{"error":"[^"]*stopping/)
  expect(text).not.toContain('"done"')
}, 30_000)
