import type OpenAI from 'openai'
import type { Logger } from 'pino'
import type { Endpoint } from './endpoint.ts'
import { pickyFetch } from './picky-fetch.ts'
import { sdkLogger } from './sdk-log.ts'

/** Milliseconds. */
export interface Timeouts {
  /** From the request to the first event of a stream, retries included. */
  readonly firstEventMs: number
  /** Between two events of a stream, or two pieces of a body. */
  readonly silenceMs: number
  /** A call that does not stream, as a whole. */
  readonly callMs: number
  /** A `Retry-After` above this is reported at once and not waited for. */
  readonly longestPauseMs: number
}

/** A server of one's own may have to load the model first. */
export function defaultTimeouts(official: boolean): Timeouts {
  return {
    firstEventMs: official ? 60_000 : 180_000,
    silenceMs: 120_000,
    callMs: 180_000,
    longestPauseMs: 20_000,
  }
}

export interface Connection {
  readonly endpoint: Endpoint
  readonly timeouts: Timeouts
  readonly log: Logger
  /** The SDK, loaded at the first call: it costs some 100 ms and 35 MB. */
  client(): Promise<OpenAI>
}

export function connect(
  endpoint: Endpoint,
  apiKey: string | null,
  timeouts: Timeouts,
  log: Logger,
): Connection {
  let loaded: Promise<OpenAI> | null = null
  return {
    endpoint,
    timeouts,
    log,
    client() {
      loaded ??= load(endpoint, apiKey, timeouts, log)
      return loaded
    },
  }
}

async function load(
  endpoint: Endpoint,
  apiKey: string | null,
  timeouts: Timeouts,
  log: Logger,
): Promise<OpenAI> {
  const { OpenAI: Client } = await import('openai/client')
  return new Client({
    // The SDK insists on a key even where none goes out.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    // OPENAI_ORG_ID and OPENAI_PROJECT_ID are for OpenAI alone.
    ...(endpoint.official ? {} : { organization: null, project: null }),
    baseURL: endpoint.baseUrl,
    defaultHeaders: apiKey === null ? { authorization: null } : {},
    maxRetries: 2,
    fetch: pickyFetch(timeouts.longestPauseMs, () => endpoint.clock.now()),
    logger: sdkLogger(log, endpoint.scrub),
    logLevel: log.isLevelEnabled('trace') ? 'debug' : 'info',
  })
}
