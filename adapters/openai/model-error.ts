import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai/error'
import { ModelError, type ModelFailure } from '../../src/ports/failure.ts'
import { classify } from './classify.ts'
import { type Endpoint, serverOf } from './endpoint.ts'
import { excerpt } from './excerpt.ts'
import { connectionWords, neverConnected } from './network-words.ts'
import { type Problem, problemOf } from './problem.ts'
import { safeRequestId } from './request-id.ts'
import { webPageWords } from './web-page.ts'
import { type Subject, shortened, withRequest, wordsFor } from './words.ts'

/** Where in a call something was thrown, and about what. */
export interface Occasion {
  readonly endpoint: Endpoint
  readonly model: string | null
  /** Set once the server has answered: from then on a broken connection is a cut and not a network failure. */
  readonly requestId: string | null
  readonly answered: boolean
}

/** Everything that can be thrown while calling the provider, as the one error that crosses the port. */
export function toModelError(error: unknown, occasion: Occasion): ModelError {
  if (error instanceof ModelError) return error
  if (error instanceof APIUserAbortError) return plain('aborted', error, occasion)
  if (error instanceof APIConnectionTimeoutError && !neverConnected(error))
    return plain('timeout', error, occasion)
  if (error instanceof APIConnectionError) return unreachable(error, occasion)
  if (error instanceof APIError)
    return fromProblem(problemOf(error, occasion.endpoint.clock.now()), occasion, error)
  // undici throws `TypeError: terminated` for a torn socket, the SDK a SyntaxError for a stream that ends inside an event.
  if (occasion.answered || (error instanceof TypeError && error.message === 'terminated')) {
    return plain('cut', error, occasion)
  }
  return unreadable(error, occasion)
}

export function fromProblem(problem: Problem, occasion: Occasion, cause?: unknown): ModelError {
  const apparent = classify(problem)
  const address = apparent === 'bad_request' ? addressWords(problem, occasion) : null
  // Nobody can mend an address by asking in other words.
  const kind = address === null ? apparent : 'server'
  const { scrub } = occasion.endpoint
  const requestId = safeRequestId(problem.requestId ?? occasion.requestId, scrub)
  const subject = subjectOf(occasion, {
    message: scrub(problem.message),
    status: problem.status,
    retryAfterMs: problem.retryAfterMs,
    requestId,
  })
  const words = address === null ? wordsFor(kind, subject) : withRequest(address, requestId)
  return new ModelError(kind, words, {
    requestId,
    retryAfterMs: problem.retryAfterMs,
    status: problem.status,
    server: serverOf(occasion.endpoint),
    cause: safeCause(cause, occasion),
  })
}

/** A failure that carries nothing from the provider. */
export function plain(kind: ModelFailure, cause: unknown, occasion: Occasion): ModelError {
  return new ModelError(kind, wordsFor(kind, subjectOf(occasion, {})), {
    requestId: occasion.requestId,
    server: serverOf(occasion.endpoint),
    cause: safeCause(cause, occasion),
  })
}

function unreachable(error: APIConnectionError, occasion: Occasion): ModelError {
  return new ModelError('network', connectionWords(error, occasion.endpoint), {
    requestId: occasion.requestId,
    server: serverOf(occasion.endpoint),
    cause: safeCause(error, occasion),
  })
}

function unreadable(error: unknown, occasion: Occasion): ModelError {
  const words = `${occasion.endpoint.provider} answered with something that can't be read. Check OPENAI_BASE_URL if it is set.`
  return new ModelError('server', withRequest(words, occasion.requestId), {
    requestId: occasion.requestId,
    server: serverOf(occasion.endpoint),
    cause: safeCause(error, occasion),
  })
}

const LOOKS_LIKE_PAGE = /^(\d{3} )?\s*<(!doctype html|html)\b/i

/** For what is wrong with the base URL rather than with the request; null otherwise. */
function addressWords({ status, param, message }: Problem, { endpoint }: Occasion): string | null {
  if (status !== null && status >= 300 && status < 400)
    return `${endpoint.provider} redirects to another address (${status}), which is not followed: the request would carry the conversation there. Set OPENAI_BASE_URL to the final address.`
  // A 404 about a field, such as a model that this API does not serve, is told in the server's own words.
  if (status !== 404) return LOOKS_LIKE_PAGE.test(message) ? webPageWords(endpoint) : null
  if (param !== null) return null
  return `${endpoint.provider} has nothing at this address (404). Check OPENAI_BASE_URL: it usually ends in /v1. It may also not offer this service.`
}

function subjectOf(occasion: Occasion, known: Partial<Subject>): Subject {
  const { endpoint, model, requestId } = occasion
  return {
    provider: endpoint.provider,
    model,
    message: '',
    status: null,
    retryAfterMs: null,
    requestId,
    ...known,
  }
}

/** The SDK's errors carry headers and bodies, which loggers print: only a scrubbed name, message and stack go on. */
function safeCause(cause: unknown, { endpoint }: Occasion): Error | undefined {
  if (!(cause instanceof Error)) return undefined
  const short = (text: string): string => shortened(endpoint.scrub(excerpt(text)))
  const safe = new Error(short(cause.message))
  safe.name = cause.constructor.name
  safe.stack = `${safe.name}: ${safe.message}${endpoint.scrub(framesOf(cause)).slice(0, LONGEST_STACK)}`
  if (cause.cause instanceof Error) safe.cause = new Error(short(String(cause.cause)))
  return safe
}

/** Characters of a stack's frames, some ten of them. */
const LONGEST_STACK = 3_000

/** The stack without the message that it begins with. */
function framesOf({ message, stack = '' }: Error): string {
  const begin = stack.indexOf('\n    at ', stack.indexOf(message) + message.length)
  return begin < 0 ? '' : excerpt(stack.slice(begin))
}
