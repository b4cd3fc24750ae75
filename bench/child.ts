import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program in a process of its own, in an empty folder: what it costs is read from outside. */
export interface Child {
  /** Milliseconds of user and system time so far. */
  cpuMs(): number
  peakMb(): number
  /** Of the process now, and of all that it started, itself included. */
  residentMb(): { readonly alone: number; readonly family: number }
  end(): Promise<void>
}

export function runProgram(
  path: string,
  { env, policy }: { readonly env: Readonly<Record<string, string>>; readonly policy: string },
): Child {
  const directory = mkdtempSync(join(tmpdir(), 'parley-load-'))
  writeFileSync(join(directory, 'parley.yaml'), policy)
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [path], {
    cwd: directory,
    env: { PATH, HOME, PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    cpuMs() {
      // /proc counts in hundredths of a second.
      const fields = proc('stat').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * 10
    },
    peakMb: () => Number(/VmHWM:\s+(\d+) kB/.exec(proc('status'))?.[1] ?? Number.NaN) / 1024,
    residentMb() {
      const alone = residentOf(child.pid ?? 0)
      return {
        alone,
        family: alone + descendantsOf(child.pid ?? 0).reduce((sum, pid) => sum + residentOf(pid), 0),
      }
    },
    async end() {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit').catch(() => undefined)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** 0: it has ended meanwhile. */
function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

function descendantsOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return children
      .split(' ')
      .filter(Boolean)
      .map(Number)
      .flatMap((one) => [one, ...descendantsOf(one)])
  } catch {
    // It has ended meanwhile.
    return []
  }
}
