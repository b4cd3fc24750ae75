import { flushCompileCache, getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StaleFence, StorageError } from '../../src/ports/failure.ts'
import type { Checked } from './integrity.ts'
import type { Input, OperationName, Output } from './operations.ts'
import { type Failure, storageErrorOf } from './sqlite-words.ts'
import type { Reply, Request } from './transaction.ts'

/** The main thread's end of the database thread. */
export interface Connection {
  /** Resolves once the operation is committed. Rejects with a `StorageError`, or `StaleFence` for a lost lease. */
  call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  readonly sqliteVersion: string
  /** How much of the file was checked at start. */
  readonly checked: Checked
  /** The reason why the last write failed, or why nothing can work any more; null when all is well. */
  trouble(): StorageError | null
  /** Why nothing can work any more: closed, or the thread ended; null while it can. */
  over(): StorageError | null
  /** Resolves if the thread ends without having been told to. */
  readonly died: Promise<StorageError>
  /** Finishes what was asked before, then closes the file. */
  close(): Promise<void>
}

interface Pending {
  readonly name: OperationName
  resolve(value: unknown): void
  reject(error: Error): void
}

type Message =
  | { readonly kind: 'open'; readonly sqlite: string; readonly checked: Checked }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[] }

/** Resolves when the file is checked, migrated and writable; rejects with a `StorageError` whose words say what to do. */
export async function connect(path: string, unique: string, bound: number): Promise<Connection> {
  await compileForThread()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'parley-sqlite',
    workerData: { path, unique },
    env: threadEnvironment(),
  })
  const pending = new Map<number, Pending>()
  let outbox: Request[] = []
  let lastId = 0
  let trouble: StorageError | null = null
  let over: StorageError | null = null
  const died = Promise.withResolvers<StorageError>()

  function end(error: StorageError): void {
    over ??= error
    for (const each of pending.values()) each.reject(over)
    pending.clear()
  }

  function post(): void {
    if (outbox.length === 0 || over) return
    worker.postMessage(outbox)
    outbox = []
  }

  function answer(reply: Reply): void {
    const waiting = pending.get(reply.id)
    pending.delete(reply.id)
    if (!waiting) return
    if (reply.kind === 'done') {
      if (writes.has(waiting.name)) trouble = null
      waiting.resolve(reply.value)
      return
    }
    if (reply.failure.kind === 'stale') {
      waiting.reject(new StaleFence('this conversation'))
      return
    }
    const error = storageErrorOf(reply.failure, path)
    if (reply.failure.kind === 'sqlite') trouble = error
    waiting.reject(error)
  }

  const connection = (sqliteVersion: string, checked: Checked): Connection => ({
    sqliteVersion,
    checked,
    trouble: () => over ?? trouble,
    over: () => over,
    died: died.promise,
    call: (name, input) =>
      new Promise((resolve, reject) => {
        if (over) return reject(over)
        if (pending.size >= bound)
          return reject(
            new StorageError(
              `${bound} operations wait for the database ${path} already: its disk is too slow for this load. Try again in a moment.`,
            ),
          )
        const id = ++lastId
        pending.set(id, { name, reject, resolve: (value) => resolve(value as Output<typeof name>) })
        // What is asked in one turn of the event loop travels, and commits, together.
        if (outbox.push({ id, name, input }) === 1) setImmediate(post)
      }),
    close: () =>
      new Promise((resolve) => {
        if (over) return resolve()
        worker.once('exit', () => resolve())
        post()
        worker.postMessage('close')
        over = new StorageError(`The database ${path} was closed. Start Parley again.`)
      }),
  })

  return new Promise((resolve, reject) => {
    worker.on('message', (message: Message) => {
      if (message.kind === 'replies') for (const reply of message.replies) answer(reply)
      else if (message.kind === 'open') resolve(connection(message.sqlite, message.checked))
      else {
        over = storageErrorOf(message.failure, path)
        reject(over)
      }
    })
    const die = (cause: unknown): void => {
      const death = new StorageError(
        `The thread that works on ${path} ended unexpectedly. Start Parley again.`,
        cause,
      )
      if (!over) died.resolve(death)
      end(death)
      reject(over)
    }
    worker.on('error', die)
    worker.on('exit', die)
  })
}

/** A success of one of these shows that the disk takes writes again. */
const writes: ReadonlySet<OperationName> = new Set(['admit', 'kvSet', 'settle', 'saveDraft', 'probe', 'book'])

/**
 * The thread needs nothing of the process's environment, least of all its secrets. It shares the process's compile
 * cache if that is on (Node adds its version to the directory): without it each thread loads a TypeScript parser, 25 MB and 50 ms.
 */
function threadEnvironment(): Record<string, string> {
  const cache = getCompileCacheDir()
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }
}

/**
 * On a first start nothing is compiled yet, and the thread would load Node's type stripper a second time, which holds
 * 17 MB: its modules are compiled here and handed over by the compile cache, where there is one.
 */
async function compileForThread(): Promise<void> {
  if (getCompileCacheDir() === undefined) return
  await import('./worker.ts')
  flushCompileCache()
}
