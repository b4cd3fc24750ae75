import type { Scrub } from './scrub.ts'

/** Characters; the APIs' own ids have some forty. */
const LONGEST = 128

/** What a server calls the request, fit for people and logs: it is a header, and may say anything. */
export function safeRequestId(id: string | null, scrub: Scrub): string | null {
  return id === null ? null : scrub(id).slice(0, LONGEST)
}
