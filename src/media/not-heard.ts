import type { Logger } from 'pino'
import { MediaError, ModelError } from '../ports/failure.ts'
import { modelWords } from '../server-words.ts'
import type { Unheard } from './hearing.ts'

/** Why a sound was not heard, for people and for the log. What is neither the sound's nor the provider's fault is thrown again. */
export function notHeard(error: unknown, log: Logger): Unheard {
  if (error instanceof MediaError) {
    log.info({ kind: error.kind }, 'a sound can not be read')
    // Tools quote what the file says of itself.
    log.debug({ err: error }, 'why a sound can not be read')
    return { kind: 'skipped', why: error.words, ...(error.kind === 'failed' && { passing: true }) }
  }
  if (!(error instanceof ModelError)) throw error
  const { kind, status, server, requestId } = error
  log.warn({ kind, status, server, requestId }, 'a sound could not be transcribed')
  // What a server says of an error may quote the names that it was told to expect.
  log.debug({ err: error }, 'why a sound could not be transcribed')
  return { kind: 'skipped', why: `it could not be transcribed. ${modelWords(error)}`, failure: error }
}
