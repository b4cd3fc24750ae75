import { spawn } from 'node:child_process'
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
  // The first run fills Node's compile cache, as the first start on a machine does.
  const cold = await once(join(tmpdir(), `parley-cold-${process.pid}`))
  const warm = []
  for (let i = 0; i < runs; i++) warm.push(await once())
  const [ms, mb] = [median(warm.map((run) => run.ms)), median(warm.map((run) => run.mb))]
  return [
    {
      bench: 'startup',
      what: 'first start, empty compile cache, to /health 200',
      value: cold.ms,
      unit: 'ms',
    },
    { bench: 'startup', what: 'start to /health 200', value: ms, unit: 'ms', aim: '< 700', met: ms < 700 },
    { bench: 'startup', what: 'resident memory then', value: mb, unit: 'MB', aim: '< 130', met: mb < 130 },
  ]
}

async function once(compileCache?: string): Promise<{ ms: number; mb: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const port = await freePort()
  const started = performance.now()
  const { PATH, HOME } = process.env
  const cache = compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }
  const child = spawn(process.execPath, [main], {
    cwd: directory,
    env: { PATH, HOME, PORT: String(port), LOG_LEVEL: 'error', ...cache },
    stdio: 'ignore',
  })
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
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
    if (compileCache !== undefined) rmSync(compileCache, { recursive: true, force: true })
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
