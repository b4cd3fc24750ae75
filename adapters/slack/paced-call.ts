import type { Intake } from '../../src/ports/intake.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import { budgetsOf } from './buckets.ts'
import { reported } from './outcome.ts'
import type { Reply, Wire, WireRequest } from './wire.ts'

/** A call of our own, behind everything that people wait for. Rejects with the signal's reason. */
export type PacedCall = <T>(request: WireRequest, signal: AbortSignal) => Promise<Got<T>>

export type Got<T> =
  | { readonly kind: 'done'; readonly body: T }
  /** `passing`: the same call may work later. `error`: as Slack names it. */
  | {
      readonly kind: 'failed'
      readonly passing: boolean
      readonly error: string | null
      readonly cause: unknown
    }

/** A call that was limited although it waited its turn is made again this often. */
const tries = 3

/** `budgets`: what each call spends. */
export function createPacedCall(
  wire: Wire,
  intake: () => Pick<Intake, 'paced'>,
  budgets: (team: string, method: string) => readonly RateBudget[] = budgetsOf,
): PacedCall {
  return async <T>(request: WireRequest, signal: AbortSignal): Promise<Got<T>> => {
    const call = async () => reported(await wire.call<T>(request, signal))
    for (let tried = 1; ; tried++) {
      const { reply } = await intake().paced(budgets(request.team, request.method), call, signal)
      signal.throwIfAborted()
      if (reply.kind === 'done') return { kind: 'done', body: reply.body }
      if (reply.kind !== 'limited' || tried === tries) return failed(reply)
    }
  }
}

/**
 * Refused, but perhaps not the next time (Slack's documents, "Common errors"): Slack is in trouble, or a person can mend
 * the token or let Parley in again.
 */
const passingErrors = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'ratelimited',
  'not_authed',
  'invalid_auth',
  'account_inactive',
])
export const isPassing = (error: string): boolean =>
  passingErrors.has(error) || /^(token|ekm|team_access)_/.test(error)

function failed(reply: Exclude<Reply<unknown>, { kind: 'done' }>): Got<never> {
  if (reply.kind === 'refused') {
    const { error } = reply
    return {
      kind: 'failed',
      passing: isPassing(error),
      error,
      cause: new Error(`Slack refused: ${error}`),
    }
  }
  const cause = reply.kind === 'limited' ? new Error('Slack limits such calls now') : reply.cause
  return { kind: 'failed', passing: true, error: null, cause }
}
