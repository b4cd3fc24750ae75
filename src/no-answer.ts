/** What happened before there was a connection, so that nothing was sent. */
const beforeConnection = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Why no answer came, without the addresses and headers that libraries put into their errors: these hold tokens. */
export class NoAnswer extends Error {
  readonly code: string | null
  constructor(what: string, code: string | null) {
    super(what)
    this.name = 'NoAnswer'
    this.code = code
  }
}

/** `whom`: who did not answer. */
export function plainCause(failure: unknown, whom: string): NoAnswer {
  if (failure instanceof NoAnswer) return failure
  const code = codeOf(failure)
  const what = code ?? (failure instanceof Error ? failure.name : 'unknown reason')
  return new NoAnswer(`No answer from ${whom} (${what})`, code)
}

export const neverArrived = ({ code }: NoAnswer): boolean => code !== null && beforeConnection.has(code)

/** Enough for the wrapping of undici; a bound against causes that form a ring. */
const DEEPEST_CAUSE = 5

function codeOf(error: unknown): string | null {
  let current = error
  let found: string | null = null
  for (let depth = 0; depth < DEEPEST_CAUSE && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string') found = current.code
    // Several addresses tried at once: the first one's failure stands for all.
    current = current instanceof AggregateError ? current.errors[0] : current.cause
  }
  return found
}
