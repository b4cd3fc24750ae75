import type OpenAI from 'openai'
import type { Connection } from './connection.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { watchCall } from './watch.ts'

/** A call that does not stream: bounded in time, stopped by `signal` at once, its failures as `ModelError`. */
export async function callOnce<T>(
  connection: Connection,
  model: string | null,
  signal: AbortSignal,
  call: (client: OpenAI, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { endpoint, timeouts } = connection
  const occasion: Occasion = { endpoint, model, requestId: null, answered: false }
  const watch = watchCall(signal, endpoint.clock, () => plain('timeout', null, occasion))
  try {
    watch.allow(timeouts.callMs)
    const client = await watch.wait(connection.client())
    return await watch.wait(call(client, watch.signal))
  } catch (error) {
    throw toModelError(error, occasion)
  } finally {
    watch.close()
  }
}
