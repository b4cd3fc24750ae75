import type OpenAI from 'openai'
import { within } from '../../src/within.ts'
import type { Connection } from './connection.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'

/**
 * A call that does not stream: bounded in time, stopped by `signal` at once, its failures as `ModelError`. What reads
 * the answer belongs into `call`, so that an answer of another shape fails in words too.
 */
export async function callOnce<T>(
  connection: Connection,
  model: string | null,
  signal: AbortSignal,
  call: (client: OpenAI, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { endpoint, timeouts } = connection
  const { clock } = endpoint
  const occasion: Occasion = { endpoint, model, requestId: null, answered: false }
  const late = (): Error => plain('timeout', null, occasion)
  try {
    const client = await connection.client(signal)
    return await within({ clock, limit: timeouts.callMs, signal, late }, (own) => call(client, own))
  } catch (error) {
    throw signal.aborted ? plain('aborted', error, occasion) : toModelError(error, occasion)
  }
}
