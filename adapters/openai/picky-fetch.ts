import { isQuota } from './classify.ts'
import { firstBytes } from './first-bytes.ts'
import { patientFetch } from './patient-fetch.ts'
import { retryAfter } from './problem.ts'
import { streamFetch } from './stream-fetch.ts'
import { uploadFetch } from './upload-fetch.ts'
import { isWebPage } from './web-page.ts'

/** Bytes of an error that are read. The APIs' own errors have a few hundred; a proxy may send pages of any size. */
const LONGEST_ERROR = 64 * 1024

/**
 * A fetch that tells the SDK not to try again where that can't help: when the account has no credit, and when the
 * server wants a longer pause than a person waits for without a word (they get an error that names it). It follows no
 * redirect: a conversation goes to the configured server and nowhere else. Of what is no answer it reads the beginning.
 */
export function pickyFetch(longestPauseMs: number, now: () => number, viaProxy: boolean): typeof fetch {
  return async (input, init) => {
    const fetch = fetchFor(init, viaProxy)
    const response = await fetch(input, { ...init, redirect: 'manual' })
    if (response.ok && !isWebPage(response)) return response
    const { body, status, statusText } = response
    const beginning = body === null ? null : await firstBytes(body, LONGEST_ERROR, init?.signal)
    const headers = new Headers(response.headers)
    const pause = retryAfter(headers, now())
    const tooLong = pause !== null && pause > longestPauseMs
    if (!response.ok && (tooLong || (status === 429 && saysQuota(beginning))))
      headers.set('x-should-retry', 'false')
    return new Response(beginning, { status, statusText, headers })
  }
}

function fetchFor(init: RequestInit | undefined, viaProxy: boolean): typeof fetch {
  if (init?.body instanceof FormData) return uploadFetch
  return streams(init) && !viaProxy ? streamFetch : patientFetch
}

function streams(init: RequestInit | undefined): boolean {
  return typeof init?.body === 'string' && init.body.includes('"stream":true')
}

function saysQuota(bytes: Uint8Array | null): boolean {
  const body = new TextDecoder().decode(bytes ?? undefined)
  const found = (field: string): string | null =>
    new RegExp(`"${field}"\\s*:\\s*"([a-z_]{1,64})"`).exec(body)?.[1] ?? null
  return isQuota(found('code'), found('type'))
}
