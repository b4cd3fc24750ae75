import type { DatabaseSync } from 'node:sqlite'
import type { OperationName, Operations } from './operations.ts'
import { reading } from './operations.ts'
import { type Failure, failureOf } from './sqlite-words.ts'

export interface Request {
  readonly id: number
  readonly name: OperationName
  readonly input: unknown
}

export type Reply =
  | { readonly id: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly failure: Failure }

/**
 * Runs what arrived together in one transaction, so that it shares one commit. Each request has a savepoint: one that
 * fails, fails alone. Nothing is answered before the commit.
 */
export function runTogether(
  db: DatabaseSync,
  operations: Operations,
  requests: readonly Request[],
): readonly Reply[] {
  const run = (request: Request): Reply => attempt(request, operations)
  try {
    // What a rollback that failed has left open must be gone before anything is read or written.
    if (db.isTransaction) db.exec('ROLLBACK')
    if (requests.every((request) => reading.has(request.name))) return requests.map(run)
    db.exec('BEGIN IMMEDIATE')
    const replies: Reply[] = []
    for (const request of requests) {
      const reply = inSavepoint(db, () => run(request))
      // SQLite itself rolls the whole transaction back on a full disk and the like.
      if (!db.isTransaction) return retryAlone(db, operations, requests, reply)
      replies.push(reply)
    }
    db.exec('COMMIT')
    return replies
  } catch (error) {
    return allFailed(requests, rolledBack(db, error))
  }
}

/** Undoes all; a rollback that fails too is made up for before the next transaction. */
function rolledBack(db: DatabaseSync, cause: unknown): unknown {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
    return cause
  } catch (error) {
    return error
  }
}

/** One request too big for what is left of the disk must not take its neighbours with it. */
function retryAlone(
  db: DatabaseSync,
  operations: Operations,
  requests: readonly Request[],
  failed: Reply,
): readonly Reply[] {
  if (requests.length === 1) return [failed]
  return requests.flatMap((request) => runTogether(db, operations, [request]))
}

/** Leaves nothing of a request that failed. Throws when that can't be undone alone: then nothing may be committed. */
function inSavepoint(db: DatabaseSync, run: () => Reply): Reply {
  db.exec('SAVEPOINT one')
  const reply = run()
  if (!db.isTransaction) return reply
  if (reply.kind === 'failed') db.exec('ROLLBACK TO one')
  db.exec('RELEASE one')
  return reply
}

function attempt(request: Request, operations: Operations): Reply {
  const operation = operations[request.name] as (input: unknown) => unknown
  try {
    return { id: request.id, kind: 'done', value: operation(request.input) }
  } catch (error) {
    return { id: request.id, kind: 'failed', failure: failureOf(error) }
  }
}

function allFailed(requests: readonly Request[], error: unknown): readonly Reply[] {
  const failure = failureOf(error)
  return requests.map((request) => ({ id: request.id, kind: 'failed', failure }))
}
