import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MediaError } from '../../src/ports/failure.ts'
import { groups, killGroup } from './group.ts'
import type { Answer, Order } from './job.ts'

/** A process that does one job at a time. */
export interface Child {
  /** Rejects with a `MediaError` when the process ends over it. */
  run(order: Order): Promise<Answer>
  /** Ends it at once, with all it started. */
  kill(): void
  /** Whether it can be given a job. */
  alive(): boolean
  /** Resolves once it is gone. */
  readonly gone: Promise<void>
  /** The last it wrote to its standard error. */
  lastWords(): string
}

/** `program`: a module that calls `serve`. */
export function startChild(program: URL): Child {
  const child = fork(fileURLToPath(program), [], {
    serialization: 'advanced',
    // A group of its own, so that what it starts can be ended with it.
    detached: groups,
    env: plainEnvironment(),
    execArgv: [
      `--max-old-space-size=${heapMegabytes}`,
      // For jobs that know when much of their memory can be given back.
      '--expose-gc',
      '--disable-warning=ExperimentalWarning',
    ],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let current: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null
  let alive = true
  let killed = false
  let lastWords = ''
  const gone = Promise.withResolvers<void>()

  const end = (error: Error): void => {
    alive = false
    current?.reject(error)
    current = null
    gone.resolve()
  }
  const endGroup = (): void => {
    if (child.pid === undefined) return
    try {
      killGroup(child.pid)
    } catch {
      // Nothing is left of it.
    }
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000)
  })
  child.on('message', (answer) => {
    hold(child, false)
    current?.resolve(answer as Answer)
    current = null
  })
  child.on('exit', (_code, signal) => {
    // What ended it (the system, its own crash) left alone what it had started.
    if (groups) endGroup()
    end(killed ? new MediaError('failed', brokenDown) : deathOf(signal))
  })
  child.on('error', (error) => {
    // It never began. (Also said of a signal or a message that came too late for it; its exit is told then.)
    if (child.pid === undefined) end(new MediaError('failed', brokenDown, error))
  })
  hold(child, false)

  return {
    async run(order) {
      // It never began, and its error comes only after this: Node gives it no channel then.
      if (child.pid === undefined || child.send === undefined) throw new MediaError('failed', brokenDown)
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      current = { resolve, reject }
      hold(child, true)
      // What can't be sent was ended meanwhile: its exit rejects.
      child.send(order, () => undefined)
      return promise
    },
    kill() {
      alive = false
      killed = true
      // Whoever waits until it is gone learns of it.
      hold(child, true)
      if (child.exitCode === null && child.signalCode === null) endGroup()
    },
    alive: () => alive && child.connected,
    gone: gone.promise,
    lastWords: () => lastWords,
  }
}

/** Of JavaScript objects; pixels and the like don't count here, but in what the watch sees. */
const heapMegabytes = 200

export const brokenDown = 'what reads files broke down; send it again in a moment'

function deathOf(signal: NodeJS.Signals | null): MediaError {
  // Windows has no signals either; there its memory is the likeliest.
  if (signal === null && groups) return new MediaError('failed', brokenDown)
  return signal !== null && faults.has(signal)
    ? new MediaError('broken', 'it can’t be read: it is damaged, or made to do harm')
    : new MediaError(
        'too_large',
        'it takes more memory than I give one file: it may be damaged, or made to do harm',
      )
}

/** A decoder's own crash; all else that ends the process is for its memory: the watch, V8 (SIGABRT), the system (SIGKILL). */
const faults: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGSYS'])

/** Only a job in hand keeps the program from ending. */
function hold(child: ChildProcess, held: boolean): void {
  const pipe = child.stderr as (typeof child.stderr & { ref?(): void; unref?(): void }) | null
  if (held) child.ref()
  else child.unref()
  for (const handle of [child.channel, pipe]) held ? handle?.ref?.() : handle?.unref?.()
}

/**
 * Only what it needs to start: no key and no token is handed to what decodes strangers' bytes. It runs as the same user,
 * though: a decoder that is taken over can read what that user can.
 */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'TMPDIR', 'SystemRoot', 'TEMP', 'TMP']
  const cache = getCompileCacheDir()
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    // glibc keeps freed memory for each thread otherwise, and that counts.
    MALLOC_ARENA_MAX: '2',
    // Without what this process compiled (Node adds its version to the directory) each would compile its libraries anew.
    ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }),
  }
}
