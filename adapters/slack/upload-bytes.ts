import { plainCause } from '../../src/no-answer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'

/** Milliseconds for any file, and how many bytes take one more. */
const TIMEOUT_MS = 60_000
const SLOWEST = 50

/** Sends a file where Slack wants it; what lies on disk is read meanwhile. Gives why it is not there; never rejects. */
export async function sendBytes(
  url: string,
  body: Blob,
  clock: Clock,
  signal: AbortSignal,
): Promise<true | Error> {
  try {
    const limit = TIMEOUT_MS + body.size / SLOWEST
    // The address itself is the right to write there: no token.
    const status = await within({ clock, limit, signal }, async (own) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body,
        redirect: 'error',
        signal: own,
      })
      await response.body?.cancel()
      return response.status
    })
    return status === 200 || new Error(`Slack took no file: ${status}`)
  } catch (error) {
    const cause = plainCause(error, 'Slack')
    return cause instanceof Error ? cause : new Error('Slack took no file', { cause })
  }
}
