import type { Clock } from '../../src/ports/clock.ts'
import { type Scrub, scrubber } from './scrub.ts'

/** Where the calls go. */
export interface Endpoint {
  /** Without a query or credentials; null = the SDK's default. */
  readonly baseUrl: string
  /** OpenAI itself: it knows every field we send. Compatible servers get the least. */
  readonly official: boolean
  /** With the port where it isn't the usual one. */
  readonly host: string
  /** What people call it. */
  readonly provider: string
  readonly scrub: Scrub
  readonly clock: Clock
}

const OPENAI = 'https://api.openai.com/v1'

/** Throws a TypeError when `baseUrl` is no address; the settings are checked before. */
export function endpointAt(baseUrl: string | null, apiKey: string | null, clock: Clock): Endpoint {
  const address = baseUrl ?? OPENAI
  const { host, hostname } = new URL(address)
  const official = hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com')
  return {
    baseUrl: address,
    official,
    host,
    provider: official ? 'OpenAI' : host,
    scrub: scrubber(apiKey),
    clock,
  }
}

/** For `ModelError.server`. */
export const serverOf = ({ official, host }: Pick<Endpoint, 'official' | 'host'>): string | null =>
  official ? null : host
