import type { ModelFailure } from '../../src/ports/failure.ts'

/** What a failure is about, for the sentence that names it. */
export interface Subject {
  /** `OpenAI`, or the host of another base URL. */
  readonly provider: string
  readonly model: string | null
  /** The provider's own message, scrubbed of secrets. */
  readonly message: string
  readonly status: number | null
  readonly retryAfterMs: number | null
  readonly requestId: string | null
}

/** Enough to recognise the problem, short enough for a chat message. */
const LONGEST_QUOTE = 300

/** One or two sentences for the person who asked: what happened and what to do next. */
export function wordsFor(kind: ModelFailure, subject: Subject): string {
  return withRequest(sentence(kind, subject), subject.requestId)
}

/** The id is what the provider's support asks for. */
export function withRequest(words: string, requestId: string | null): string {
  return requestId === null ? words : `${words} (request ${requestId})`
}

function sentence(kind: ModelFailure, subject: Subject): string {
  const { provider } = subject
  const model = subject.model ? `the model ${subject.model}` : 'the model'
  switch (kind) {
    case 'auth':
      return auth(subject)
    case 'model_not_found':
      return `${provider} does not have ${model} for this key. Choose another one (/models lists them), or set OPENAI_MODEL.`
    case 'rate':
      return `${provider} is getting too many requests from this account. Try again ${wait(subject.retryAfterMs)}.`
    case 'quota':
      return `The account at ${provider} has no credit left. Whoever runs Parley should check its billing; waiting does not help.`
    case 'too_long':
      return `That is longer than ${model} can read at once. Shorten it, or start a new conversation.`
    case 'bad_request':
      return `${provider} refused the request: ${quote(subject.message)} Change it and try again.`
    case 'server':
      return `${provider} failed to answer: ${quote(subject.message)} Try again in a moment.`
    case 'timeout':
      return `${provider} took too long to answer. Try again in a moment.`
    case 'network':
      return `${provider} can't be reached. Check the connection, and OPENAI_BASE_URL if it is set.`
    case 'cut':
      return `The connection to ${provider} broke before the answer was complete. Try again.`
    case 'aborted':
      return 'The answer was stopped.'
  }
}

function auth({ provider, status, message }: Subject): string {
  if (status === 403)
    return `${provider} does not allow this key to do that: ${quote(message)} Check the key's permissions.`
  return `${provider} did not accept the API key. Whoever runs Parley should check OPENAI_API_KEY.`
}

function wait(milliseconds: number | null): string {
  if (milliseconds === null) return 'in a minute'
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return `in ${seconds} second${seconds === 1 ? '' : 's'}`
}

/** Of a scrubbed text: what is cut first could leave half a secret. */
export function shortened(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE).toWellFormed()}…` : text
}

function quote(message: string): string {
  // The SDK puts the status in front, which says nothing to a person.
  const plain = message
    .replace(/^\d{3} /, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain === '') return 'it gives no reason.'
  const short = shortened(plain)
  return /[.!?…]$/.test(short) ? short : `${short}.`
}
