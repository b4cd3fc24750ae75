import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const main = new URL('../../src/main.ts', import.meta.url).pathname
const patienceMs = 20_000

/** The real program as a child process, driven from outside like any user's. */
export interface Program {
  readonly url: string
  readonly child: ChildProcess
  /** Everything it wrote so far. */
  output(): string
  /** Resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface ProgramOptions {
  /** Its working directory: `data/`, `.env` and parley.yaml lie here. */
  readonly directory: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts it on a free port and resolves when it says where it listens; rejects with its output when it ends before. */
export async function startProgram({ directory, env = {} }: ProgramOptions): Promise<Program> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [main], {
    cwd: directory,
    env: { PATH, HOME, PORT: '0', LOG_FORMAT: 'json', NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const listening = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      const url = /http:\/\/[\w.[\]:-]+:\d+/.exec(/listens on|^ {2}Playground/.test(line) ? line : '')?.[0]
      if (url !== undefined) listening.resolve(url)
    })
  }
  const output = () => lines.join('\n')
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  exited.then(() => listening.reject(new Error(`the program ended:\n${output()}`)))
  const late = setTimeout(
    () => listening.reject(new Error(`the program didn't listen within ${patienceMs} ms:\n${output()}`)),
    patienceMs,
  )
  try {
    const url = await listening.promise
    return {
      url,
      child,
      output,
      async kill(signal) {
        child.kill(signal)
        const [code, by] = await exited
        return { code, signal: by }
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(late)
  }
}
