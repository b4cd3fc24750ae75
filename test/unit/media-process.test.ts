import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPool, type Pool, type PoolOptions, warmFor } from '../../adapters/media/pool.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { MediaError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

const signal = new AbortController().signal

function desk(options: Partial<PoolOptions> = {}) {
  const lines: string[] = []
  const pool = createPool({
    clock: systemClock(),
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    program: new URL('./media-process-worker.ts', import.meta.url),
    ...options,
  })
  onTestFinished(() => pool.close())
  return { pool, lines, run: runIn(pool) }
}

const runIn =
  (pool: Pool) =>
  (path: string, how: AbortSignal = signal): Promise<unknown> =>
    pool.run({ kind: 'sound', path }, how)

const failure = (run: Promise<unknown>): Promise<MediaError> =>
  run.then(
    (result) => Promise.reject(new Error(`It was done: ${String(result)}`)),
    (error: MediaError) => error,
  )

function lives(pid: unknown): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}

/** Real processes end when the system comes to it. */
async function gone(pid: unknown): Promise<void> {
  while (lives(pid)) await sleep(20)
}

describe('a job in its process', () => {
  it('finds no secrets there', async () => {
    process.env.OPENAI_API_KEY = 'canary'
    onTestFinished(() => {
      delete process.env.OPENAI_API_KEY
    })
    const names = (await desk().run('environment')) as string[]
    expect(names).toContain('PATH')
    expect(names).not.toContain('OPENAI_API_KEY')
    expect(names.filter((name) => /KEY|TOKEN|SECRET|HOME/.test(name))).toEqual([])
  })

  it('hands its refusal on in its words, and hides a mistake of the program behind plain ones', async () => {
    const { run, lines } = desk()
    const before = await run('pid')
    expect(await failure(run('refuse'))).toMatchObject({ kind: 'encrypted', words: 'it is locked' })
    expect(lines).toEqual([])
    expect(await failure(run('mistake'))).toMatchObject({
      kind: 'failed',
      words: 'it could not be looked at',
    })
    expect(lines.join()).toContain('A media job failed')
    expect(await run('pid')).toBe(before)
  })

  it('that eats memory is ended, costs the program none, and the next one works', async () => {
    const { run } = desk()
    const before = await run('pid')
    const memory = process.memoryUsage.rss()
    expect(await failure(run('eat'))).toMatchObject({
      kind: 'too_large',
      words: 'it takes more memory than I give one file: it may be damaged, or made to do harm',
    })
    expect(process.memoryUsage.rss() - memory).toBeLessThan(40 * 1024 * 1024)
    expect(lives(before)).toBe(false)
    expect(await run('pid')).not.toBe(before)
  })

  it.skipIf(process.platform !== 'linux')(
    'that has another program eat memory is ended with it (skipped: only Linux tells of it)',
    async () => {
      expect(await failure(desk().run('feed'))).toMatchObject({ kind: 'too_large' })
    },
  )

  it('that hangs is ended at its limit, and the next one works', async () => {
    const clock = simulatedClock()
    const { run, lines } = desk({ clock, bounds: { milliseconds: 1500 } })
    const before = await run('pid')
    const hanging = failure(run('hang'))
    // It is in its loop by then; the limit's own time is not waited for.
    await sleep(50)
    await clock.advance(1500)
    expect(await hanging).toMatchObject({
      kind: 'too_slow',
      words: 'it takes longer than 2 seconds to read: it may be damaged, or made to do harm',
    })
    await gone(before)
    expect(await run('pid')).not.toBe(before)
    expect(lines.join()).toContain('A media process was ended over its job')
  })

  it('that is called off rejects with the reason, and its process ends with what it started', async () => {
    const { run, lines } = desk()
    const child = await run('pid')
    const started = await run('start')
    const stop = new AbortController()
    const running = failure(run('hang', stop.signal))
    const reason = new Error('Stop was pressed')
    stop.abort(reason)
    expect(await running).toBe(reason)
    await gone(child)
    if (process.platform !== 'win32') await gone(started)
    expect(lines).toEqual([])
  })

  it.skipIf(process.platform === 'win32')(
    'whose process the system ends leaves nothing behind of what it started (skipped: no groups)',
    async () => {
      const { run } = desk()
      const child = Number(await run('pid'))
      const started = await run('start')
      const running = failure(run('wait'))
      process.kill(child, 'SIGKILL')
      expect(await running).toMatchObject({ kind: 'too_large' })
      await gone(started)
    },
  )

  it.each([
    ['crash', 'broken', 'it can’t be read: it is damaged, or made to do harm'],
    ['exit', 'failed', 'what reads files broke down; send it again in a moment'],
  ])('that ends its process is told in words: %s', async (path, kind, words) => {
    const { run } = desk()
    expect(await failure(run(path))).toMatchObject({ kind, words })
    expect(await run('pid')).toBeTypeOf('number')
  })
})

describe('the processes', () => {
  it('are kept for the next job, and ended after a minute without one', async () => {
    const clock = simulatedClock()
    const { run } = desk({ clock })
    const first = await run('pid')
    await clock.advance(warmFor - 1)
    expect(await run('pid')).toBe(first)
    await clock.advance(warmFor)
    await gone(first)
    expect(await run('pid')).not.toBe(first)
  })

  it('are given no other job with much memory in hand', async () => {
    const { run } = desk()
    const first = await run('leave')
    await gone(first)
    expect(await run('pid')).not.toBe(first)
  })

  it('are two at most, and the third job waits for one to be gone', async () => {
    const { run } = desk()
    const stop = new AbortController()
    const held = [failure(run('wait', stop.signal)), failure(run('wait'))]
    let third: unknown = null
    const waiting = run('pid').then((pid) => {
      third = pid
    })
    await sleep(300)
    expect(third).toBe(null)
    stop.abort(new Error('enough'))
    await waiting
    expect(third).toBeTypeOf('number')
    void held
  })

  it('that can not be started take no place for good', async () => {
    const { run, lines } = desk({ program: new URL('http://nowhere/') })
    for (let i = 0; i < 4; i++)
      expect(await failure(run('pid', AbortSignal.timeout(2000)))).toMatchObject({
        kind: 'failed',
        words: 'what reads files broke down; send it again in a moment',
      })
    expect(lines.join()).toContain('No media process could be started')
  })

  it.skipIf(process.platform === 'win32')(
    'that can not be started, as the program may open no more files, leave it running (skipped: no limit of files)',
    async () => {
      const path = fileURLToPath(new URL('./media-process-files.ts', import.meta.url))
      const program = spawn('sh', ['-c', 'ulimit -n 100; exec "$0" "$1"', process.execPath, path])
      let said = ''
      for (const pipe of [program.stdout, program.stderr])
        pipe.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
      const [code] = (await once(program, 'close')) as [number]
      const words = 'what reads files broke down; send it again in a moment'
      expect([code, said]).toEqual([0, `${words}\n${words}\n${words}\n`])
    },
  )

  it('end when the tools are closed, and what runs is told so', async () => {
    const { pool, run } = desk()
    const child = await run('pid')
    const running = failure(run('wait'))
    await sleep(50)
    await pool.close()
    expect(lives(child)).toBe(false)
    expect(await running).toMatchObject({ kind: 'failed' })
    expect(await failure(run('pid'))).toMatchObject({ kind: 'failed' })
  })

  it('keep what they compiled for those that come after them, though they are killed', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'parley-compiled-'))
    onTestFinished(() => rmSync(cache, { recursive: true, force: true }))
    const path = fileURLToPath(new URL('./media-process-program.ts', import.meta.url))
    const env = { ...process.env, NODE_COMPILE_CACHE: cache }
    const program = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(program.stdout, 'data')) as [Buffer]
    const kept = () =>
      readdirSync(cache, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    await vi.waitFor(() => expect(kept()).not.toEqual([]), 5000)
    program.kill('SIGKILL')
    await gone(line.toString())
  })

  it('end with their program, even in the middle of an endless loop', async () => {
    const path = fileURLToPath(new URL('./media-process-program.ts', import.meta.url))
    const program = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(program.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    await sleep(200)
    expect(lives(child)).toBe(true)
    program.kill('SIGKILL')
    await gone(child)
  })
})
