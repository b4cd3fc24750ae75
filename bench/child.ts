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
    async end() {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit').catch(() => undefined)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
