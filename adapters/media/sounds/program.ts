import { spawn } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { MediaError } from '../../../src/ports/failure.ts'

/** The path of a program that the operator has; null = none. */
export async function findProgram(name: string): Promise<string | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  // A relative folder would be one of wherever the program was started.
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, file)
    try {
      await access(path, constants.X_OK)
      if ((await stat(path)).isFile()) return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

const LIMIT_MS = 115_000
const OUTPUT_CHARS = 64 * 1024

export interface Ended {
  /** null = it was killed. */
  readonly code: number | null
  /** '' where it went to `take`. */
  readonly out: string
  readonly err: string
}

export interface RunHow {
  /** Milliseconds until it is killed. */
  readonly limit?: number
  /** Given its output as it comes. */
  readonly take?: (bytes: Uint8Array) => void
}

/** Rejects where it can't be started. */
export function runProgram(
  program: string,
  args: readonly string[],
  { limit = LIMIT_MS, take }: RunHow = {},
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  // Nothing of this process's environment but what a program needs to start.
  const { PATH, SystemRoot } = process.env
  const env = { ...(PATH !== undefined && { PATH }), ...(SystemRoot !== undefined && { SystemRoot }) }
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    timeout: limit,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const kept = { out: '', err: '' }
  const keep = (name: 'out' | 'err') => (text: string) => {
    if (kept[name].length < OUTPUT_CHARS) kept[name] += text
  }
  if (take === undefined) child.stdout?.setEncoding('utf8').on('data', keep('out'))
  else child.stdout?.on('data', take)
  child.stderr?.setEncoding('utf8').on('data', keep('err'))
  child.once('error', (error) => reject(new MediaError('failed', 'ffmpeg could not be started', error)))
  child.once('close', (code) => resolve({ code, out: kept.out, err: kept.err.slice(0, 1000) }))
  return promise
}
