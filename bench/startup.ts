import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median, type Row } from './row.ts'

const main = new URL('../src/main.ts', import.meta.url).pathname
const patienceMs = 15_000

/** From the start of the process, without any setting, to its first healthy answer, and what it holds in memory then. */
export async function benchStartup(runs: number): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  try {
    // The first start makes the database, and leaves compiled code beside it when it stops.
    const cold = await startIn(directory)
    const warm = []
    for (let i = 0; i < runs; i++) warm.push(await startIn(directory))
    const [ms, mb] = [median(warm.map((run) => run.ms)), median(warm.map((run) => run.mb))]
    const aim = '< 700'
    return [
      {
        bench: 'startup',
        what: 'first start, nothing there, to /health 200',
        value: cold.ms,
        unit: 'ms',
        aim,
        met: cold.ms < 700,
      },
      { bench: 'startup', what: 'resident memory at the first start', value: cold.mb, unit: 'MB' },
      { bench: 'startup', what: 'start to /health 200', value: ms, unit: 'ms', aim, met: ms < 700 },
      { bench: 'startup', what: 'resident memory then', value: mb, unit: 'MB', aim: '< 130', met: mb < 130 },
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function startIn(directory: string): Promise<{ ms: number; mb: number }> {
  const port = await freePort()
  const started = performance.now()
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [main], {
    cwd: directory,
    env: { PATH, HOME, PORT: String(port), LOG_LEVEL: 'error' },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  try {
    while (performance.now() - started < patienceMs) {
      const healthy = await fetch(`http://127.0.0.1:${port}/health`).then(
        (response) => response.status === 200,
        () => false,
      )
      if (healthy) return { ms: performance.now() - started, mb: residentMb(child.pid) }
      await pause(5)
    }
    throw new Error(`no healthy answer within ${patienceMs} ms`)
  } finally {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(late)
  }
}

function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return promise
}
