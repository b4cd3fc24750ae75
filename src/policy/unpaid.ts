import { ModelError, type ModelFailure } from '../ports/failure.ts'

/** The provider refused, failed, or never heard of it. All others, a Stop too, may have been made to their end and billed. */
const unpaid: ReadonlySet<ModelFailure> = new Set<ModelFailure>([
  'auth',
  'model_not_found',
  'rate',
  'quota',
  'too_long',
  'bad_request',
  'network',
  'server',
])

/** Whether a call that ended so surely cost nothing. */
export const isUnpaid = (error: unknown): boolean => error instanceof ModelError && unpaid.has(error.kind)
