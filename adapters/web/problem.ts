import { Refused } from '../../src/conversation/refused.ts'
import { DownloadError, MediaError, ModelError, StorageError } from '../../src/ports/failure.ts'

export type Status = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 415 | 416 | 429 | 500 | 502 | 503

/** An answer that is an error; `message` is for the caller and says what to do. */
export class Problem extends Error {
  readonly status: Status
  readonly headers: Readonly<Record<string, string>>

  constructor(status: Status, words: string, headers: Readonly<Record<string, string>> = {}) {
    super(words)
    this.name = 'Problem'
    this.status = status
    this.headers = headers
  }
}

export const wrongMethod = (method: string, path: string, methods: readonly string[]): Problem =>
  new Problem(405, `${path} takes ${methods.join(' or ')}, not ${method}.`, { allow: methods.join(', ') })

/** Milliseconds: somebody may have to tidy up first. */
const failedAgainMs = 60_000

/** What the caller is told of an error. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Refused) return refused(error)
  if (error instanceof ModelError) return modelFailed(error)
  // This machine's fault, say a full disk.
  if (error instanceof MediaError && error.kind === 'failed')
    return new Problem(503, error.words, retryAfter(failedAgainMs))
  if (error instanceof DownloadError || error instanceof MediaError) return new Problem(400, error.words)
  if (error instanceof StorageError) return new Problem(503, error.words)
  return new Problem(
    500,
    `Something went wrong in Parley. The log has the reason beside the request id ${requestId}.`,
  )
}

function refused(error: Refused): Problem {
  switch (error.kind) {
    case 'access':
      return new Problem(403, error.words)
    case 'budget':
      return new Problem(429, error.words, retryAfter(error.retryAfterMs))
    case 'busy':
      return new Problem(503, error.words, retryAfter(error.retryAfterMs))
    case 'too_long':
    case 'bad_input':
    case 'unknown_model':
      return new Problem(400, error.words)
  }
}

function modelFailed(error: ModelError): Problem {
  switch (error.kind) {
    case 'aborted':
      return new Problem(503, 'Parley is stopping, or the answer was stopped. Ask again in a moment.')
    case 'rate':
      return new Problem(429, error.words, retryAfter(error.retryAfterMs ?? 1_000))
    case 'model_not_found':
    case 'too_long':
    case 'bad_request':
      return new Problem(400, error.words)
    case 'auth':
    case 'quota':
    case 'server':
    case 'timeout':
    case 'network':
    case 'cut':
      return new Problem(502, error.words)
  }
}

/** Whole seconds, rounded up, so that nobody comes back too early. */
function retryAfter(ms: number | null): Record<string, string> {
  return ms === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) }
}
