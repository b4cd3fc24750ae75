import type { Intake, Reported } from '../../src/ports/platform.ts'
import { bucketOf, globalBucket } from './buckets.ts'
import type { Reply, Wire } from './wire.ts'

/** A GET of our own, behind everything that people wait for. Rejects with the signal's reason. */
export type PacedGet = <T>(request: PacedRequest, signal: AbortSignal) => Promise<Got<T>>

export interface PacedRequest {
  readonly route: `/${string}`
  readonly query?: Readonly<Record<string, string>>
}

export type Got<T> =
  | { readonly kind: 'done'; readonly body: T }
  /** `passing`: the same call may work later. */
  | { readonly kind: 'failed'; readonly passing: boolean; readonly cause: unknown }

/** A GET that was limited although it waited its turn is made again this often. */
const tries = 3

export function createPacedGet(wire: Wire, intake: () => Pick<Intake, 'paced'>): PacedGet {
  return async <T>(request: PacedRequest, signal: AbortSignal): Promise<Got<T>> => {
    const { route, query } = request
    const budgets = [
      { bucket: bucketOf({ method: 'GET', route }), limit: 5, windowMs: 5_000 },
      { bucket: globalBucket, limit: 50, windowMs: 1_000 },
    ]
    const call = async () =>
      reported(await wire.call<T>({ method: 'GET', route, ...(query && { query }) }, signal))
    for (let tried = 1; ; tried++) {
      const { reply } = await intake().paced(budgets, call, signal)
      signal.throwIfAborted()
      if (reply.kind === 'done') return { kind: 'done', body: reply.body }
      if (reply.kind !== 'limited' || tried === tries)
        return { kind: 'failed', passing: reply.kind !== 'refused', cause: causeOf(reply) }
    }
  }
}

/** The pacer learns from it; it knows no refusals. */
function reported<T>(reply: Reply<T>): Reported & { readonly reply: Reply<T> } {
  const rate = reply.rate && { rate: reply.rate }
  if (reply.kind === 'limited')
    return {
      kind: 'limited',
      retryAfterMs: reply.retryAfterMs,
      ...(reply.bucket && { bucket: reply.bucket }),
      ...rate,
      reply,
    }
  return { kind: reply.kind === 'done' ? 'done' : 'failed', ...rate, reply }
}

const causeOf = (reply: Exclude<Reply<unknown>, { kind: 'done' }>): unknown =>
  reply.kind === 'refused'
    ? new Error(`Discord refused: ${reply.status}, code ${reply.code}: ${reply.message}`)
    : reply.kind === 'limited'
      ? new Error('Discord limits such calls now')
      : reply.cause
