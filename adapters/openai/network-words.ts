import type { Endpoint } from './endpoint.ts'

/** Why no connection came about, by the code at the bottom of the chain of causes; names the host. */
export function connectionWords(error: unknown, { host, official }: Endpoint): string {
  const setting = official
    ? 'Check the internet connection (and the proxy, if there is one).'
    : 'Check OPENAI_BASE_URL.'
  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} can't be found: no address belongs to this name. ${setting}`
    case 'ECONNREFUSED':
      return `${host} refuses the connection: nothing is listening there. ${setting}`
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return `${host} closed the connection before it answered. Try again in a moment.`
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `${host} does not respond. ${setting}`
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${host} can't be trusted. Check OPENAI_BASE_URL, or give Node its authority with NODE_EXTRA_CA_CERTS.`
    default:
      return `${host} can't be reached. ${setting}`
  }
}

/** Whether the time ran out before there was a connection: the address is wrong, or the way there is closed. */
export function neverConnected(error: unknown): boolean {
  return ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'].includes(codeOf(error) ?? '')
}

/** Enough for undici's and the SDK's wrapping; a bound against causes that form a ring. */
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
