import type { Logger } from 'pino'
import { Refused } from '../../src/conversation/refused.ts'
import { DownloadError, MediaError, ModelError } from '../../src/ports/failure.ts'
import { Problem, problemOf } from './problem.ts'

export type Report = (error: unknown, requestId: string) => void

/**
 * Tells the log of a request that failed. Words for callers may quote what they sent, or name their files, and so may
 * what a provider says of an error: they are told at debug.
 */
export function createReport(log: Logger): Report {
  return (error, requestId) => {
    // What was wrong with the request itself is told to its caller.
    if (error instanceof Problem) return
    const { status } = problemOf(error, requestId)
    if (!mayQuote(error)) {
      log[status === 500 ? 'error' : 'warn']({ err: error, requestId, status }, 'a request failed')
      return
    }
    const isTheirs = error instanceof Refused ? error.kind !== 'busy' : status === 400
    log[isTheirs ? 'info' : 'warn']({ requestId, status, failure: fieldsOf(error) }, 'a request failed')
    log.debug({ err: error, requestId }, 'why a request failed')
  }
}

type Quoting = Refused | ModelError | MediaError | DownloadError

const mayQuote = (error: unknown): error is Quoting =>
  error instanceof Refused ||
  error instanceof ModelError ||
  error instanceof MediaError ||
  error instanceof DownloadError

/** Of a provider's: its own status and id of the request. */
function fieldsOf(error: Quoting) {
  if (error instanceof ModelError) {
    const { name: type, kind, status, server, requestId } = error
    return { type, kind, status, server, requestId }
  }
  return { type: error.name, ...(!(error instanceof DownloadError) && { kind: error.kind }) }
}
