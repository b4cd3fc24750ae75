import { isQuota } from './classify.ts'
import { patientFetch } from './patient-fetch.ts'
import { retryAfter } from './problem.ts'

/**
 * A fetch that tells the SDK not to try again where that can't help: when the account has no credit, and when the
 * server wants a longer pause than a person waits for without a word (they get an error that names it). It follows no
 * redirect: a conversation goes to the configured server and nowhere else.
 */
export function pickyFetch(longestPauseMs: number, now: () => number): typeof fetch {
  return async (input, init) => {
    const response = await patientFetch(input, { ...init, redirect: 'manual' })
    if (response.ok) return response
    const pause = retryAfter(response.headers, now())
    if (pause !== null && pause > longestPauseMs) return final(response, response.body)
    if (response.status !== 429) return response
    const body = await response.text()
    return saysQuota(body) ? final(response, body) : copy(response, body, response.headers)
  }
}

function final(response: Response, body: BodyInit | null): Response {
  const headers = new Headers(response.headers)
  headers.set('x-should-retry', 'false')
  return copy(response, body, headers)
}

function copy(response: Response, body: BodyInit | null, headers: Headers): Response {
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}

function saysQuota(body: string): boolean {
  const found = (field: string): string | null =>
    new RegExp(`"${field}"\\s*:\\s*"([a-z_]{1,64})"`).exec(body)?.[1] ?? null
  return isQuota(found('code'), found('type'))
}
