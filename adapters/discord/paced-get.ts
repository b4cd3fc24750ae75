import type { Intake } from '../../src/ports/intake.ts'
import { type Buckets, budgetsOf } from './buckets.ts'
import { code, reported } from './outcome.ts'
import type { Reply } from './request.ts'
import type { Wire } from './wire.ts'

/** A GET of our own, behind everything that people wait for. Rejects with the signal's reason. */
export type PacedGet = <T>(request: PacedRequest, signal: AbortSignal) => Promise<Got<T>>

export interface PacedRequest {
  readonly route: `/${string}`
  readonly query?: Readonly<Record<string, string>>
}

export type Got<T> =
  | { readonly kind: 'done'; readonly body: T }
  /** `passing`: the same call may work later. Not so where Discord says that the channel is gone or closed to the bot. */
  | { readonly kind: 'failed'; readonly passing: boolean; readonly cause: unknown }

/** A GET that was limited although it waited its turn is made again this often. */
const tries = 3

export function createPacedGet(
  wire: Wire,
  intake: () => Pick<Intake, 'paced'>,
  buckets: Pick<Buckets, 'known'>,
): PacedGet {
  return async <T>(request: PacedRequest, signal: AbortSignal): Promise<Got<T>> => {
    const get = { method: 'GET', ...request } as const
    const call = async () => reported(await wire.call<T>(get, signal))
    for (let tried = 1; ; tried++) {
      const { reply } = await intake().paced(buckets.known(budgetsOf(get)), call, signal)
      signal.throwIfAborted()
      if (reply.kind === 'done') return { kind: 'done', body: reply.body }
      if (reply.kind !== 'limited' || tried === tries)
        return {
          kind: 'failed',
          passing: reply.kind !== 'refused' || !final.has(reply.code),
          cause: causeOf(reply),
        }
    }
  }
}

/** Anything else that is refused may come from a proxy, or from a moment (Discord's documents, "JSON Error Codes"). */
const final = new Set<number | null>([
  code.unknownChannel,
  code.unknownMessage,
  code.missingAccess,
  code.missingPermissions,
])

const causeOf = (reply: Exclude<Reply<unknown>, { kind: 'done' }>): unknown =>
  reply.kind === 'refused'
    ? new Error(`Discord refused: ${reply.status}, code ${reply.code}: ${reply.message}`)
    : reply.kind === 'limited'
      ? new Error('Discord limits such calls now')
      : reply.cause
