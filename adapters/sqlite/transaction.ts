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
  const run = (request: Request): unknown => {
    const operation = operations[request.name] as (input: unknown) => unknown
    return operation(request.input)
  }
  if (requests.every((request) => reading.has(request.name)))
    return requests.map((request) => attempt(request, run))
  try {
    db.exec('BEGIN IMMEDIATE')
  } catch (error) {
    return allFailed(requests, error)
  }
  const replies: Reply[] = []
  for (const request of requests) {
    const reply = attempt(request, (each) => inSavepoint(db, () => run(each)))
    replies.push(reply)
    // SQLite itself rolls the whole transaction back on a full disk and the like.
    if (!db.isTransaction) return retryAlone(db, operations, requests, reply)
  }
  try {
    db.exec('COMMIT')
    return replies
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    return allFailed(requests, error)
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

function inSavepoint(db: DatabaseSync, run: () => unknown): unknown {
  db.exec('SAVEPOINT one')
  try {
    const value = run()
    db.exec('RELEASE one')
    return value
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK TO one; RELEASE one')
    throw error
  }
}

function attempt(request: Request, run: (request: Request) => unknown): Reply {
  try {
    return { id: request.id, kind: 'done', value: run(request) }
  } catch (error) {
    return { id: request.id, kind: 'failed', failure: failureOf(error) }
  }
}

function allFailed(requests: readonly Request[], error: unknown): readonly Reply[] {
  const failure = failureOf(error)
  return requests.map((request) => ({ id: request.id, kind: 'failed', failure }))
}
