import { StaleFence, StorageError } from '../../src/ports/failure.ts'
import type { Checked } from './integrity.ts'
import type { Input, OperationName, Output } from './operations.ts'
import { type Failure, storageErrorOf } from './sqlite-words.ts'
import { startThread } from './thread.ts'
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
  | { readonly kind: 'closed' }

/** Resolves when the file is checked, migrated and writable; rejects with a `StorageError` whose words say what to do. */
export async function connect(
  path: string,
  unique: string,
  bound: number,
  thread = startThread,
): Promise<Connection> {
  const { worker, free } = await thread()
  const pending = new Map<number, Pending>()
  let outbox: Request[] = []
  let lastId = 0
  let trouble: StorageError | null = null
  let over: StorageError | null = null
  const died = Promise.withResolvers<StorageError>()
  const closed = Promise.withResolvers<void>()

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
    async close() {
      if (over) return
      post()
      worker.postMessage('close')
      over = new StorageError(`The database ${path} was closed. Start Parley again.`)
      await closed.promise
    },
  })

  return new Promise((resolve, reject) => {
    const hear = (message: Message): void => {
      if (message.kind === 'replies') for (const reply of message.replies) answer(reply)
      else if (message.kind === 'open') resolve(connection(message.sqlite, message.checked))
      else {
        if (message.kind === 'refused') {
          over = storageErrorOf(message.failure, path)
          reject(over)
        }
        worker.off('message', hear).off('error', die).off('exit', die)
        void free().then(closed.resolve)
      }
    }
    const die = (cause: unknown): void => {
      const death = new StorageError(
        `The thread that works on ${path} ended unexpectedly. Start Parley again.`,
        cause,
      )
      if (!over) died.resolve(death)
      end(death)
      reject(over)
      closed.resolve()
    }
    worker.on('message', hear).on('error', die).on('exit', die)
    worker.postMessage({ path, unique })
  })
}

/** A success of one of these shows that the disk takes writes again. */
const writes: ReadonlySet<OperationName> = new Set(['admit', 'kvSet', 'settle', 'saveDraft', 'probe', 'book'])
