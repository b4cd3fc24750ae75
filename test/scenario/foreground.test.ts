import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Program, startProgram } from '../fakes/program.ts'
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

const streaming = async (program: Program) => {
  const answer = await fetch(`${program.url}/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Hello' }),
  })
  const [text, gone] = await Promise.all([answer.text(), program.kill('SIGTERM')])
  expect(gone).toEqual({ code: 0, signal: null })
  return text
}

it.each([
  ['waits for a REST answer that is nearly there', 60, /"done":true/],
  ['tells a REST caller whose answer it can’t wait for', 2, /data: \{"error":"[^"]*stopping/],
])('a stop %s', { timeout: 30_000 }, async (_, speed, end) => {
  const directory = temporaryDirectory()
  writeFileSync(
    join(directory, 'parley.yaml'),
    `rehearsal: { tokens_per_second: ${speed}, first_token_ms: 0 }\n`,
  )
  const program = await startProgram({ directory })
  onTestFinished(async () => void (await program.kill('SIGKILL')))
  expect(await streaming(program)).toMatch(end)
})

it('says which port it took, however quiet the log is', async () => {
  const program = await startProgram({ directory: temporaryDirectory(), env: { LOG_LEVEL: 'silent' } })
  onTestFinished(async () => void (await program.kill('SIGKILL')))
  expect(await isUp(program.url)).toBe(true)
})

it('greets whoever starts it without any setting: where it is, what answers, what to set next', async () => {
  const program = await startProgram({ directory: temporaryDirectory(), env: { LOG_FORMAT: '' } })
  onTestFinished(async () => void (await program.kill('SIGKILL')))
  await vi.waitFor(() => {
    for (const words of [program.url, 'rehearsal', 'OPENAI_API_KEY', 'npm run doctor']) {
      expect(program.output()).toContain(words)
    }
  }, later)
})
