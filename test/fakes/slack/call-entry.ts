import type { IncomingMessage } from 'node:http'
import type { CallEntry } from './ledger.ts'
import type { Json } from './states.ts'

/** What the ledger holds of a call before it is answered. */
export function entryOf(at: number, method: string, request: IncomingMessage, sent: Json): CallEntry {
  const args: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sent)) {
    if (name === 'token' || name === 'client_secret' || name === 'refresh_token') continue
    args[name] = typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value
  }
  return {
    at,
    endedAt: null,
    method,
    args,
    team: null,
    tokenBy:
      request.headers.authorization !== undefined ? 'header' : sent.token !== undefined ? 'body' : null,
    status: 0,
    ok: false,
    error: null,
    retryAfter: null,
    carriedOut: false,
    replyLost: false,
    fault: false,
    answer: undefined,
  }
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
