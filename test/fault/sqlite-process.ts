import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A child that works on the database, and what it has said so far. */
export interface DatabaseProcess {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** What it wrote to stderr. */
  readonly errors: () => string
  /** Resolves at the first line that begins so; rejects when the child ends before, or after 10 s. */
  said(start: string): Promise<string>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  ended: Promise<number | null>
}

const script = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url))

/** `fileBlocks` limits the size of the files it writes, in units of 1024 bytes. */
export function startProcess(path: string, task: string, fileBlocks?: number): DatabaseProcess {
  const command = [process.execPath, script, path, task]
  const limited = `ulimit -S -f ${fileBlocks}; exec "$@"`
  const [file = '', ...rest] =
    fileBlocks === undefined ? command : ['bash', '-c', limited, 'bash', ...command]
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let partial = ''
  let errors = ''
  const listeners = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (partial + text).split('\n')
    partial = parts.pop() ?? ''
    lines.push(...parts)
    for (const listener of listeners) listener()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))

  const said = (start: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        listeners.delete(look)
      }
      const look = (): void => {
        const line = lines.find((each) => each.startsWith(start))
        if (line === undefined) return
        stop()
        resolve(line)
      }
      const fail = (): void => {
        stop()
        reject(new Error(`The child never said "${start}": ${lines.slice(-5).join(' | ')} ${errors}`))
      }
      const timer = setTimeout(fail, 10_000)
      listeners.add(look)
      void ended.then(fail)
      look()
    })

  return {
    process: child,
    lines,
    errors: () => errors,
    said,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
