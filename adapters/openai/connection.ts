import type OpenAI from 'openai'
import type { Logger } from 'pino'
import { ModelError } from '../../src/ports/failure.ts'
import { within } from '../../src/within.ts'
import type { Endpoint } from './endpoint.ts'
import { pickyFetch } from './picky-fetch.ts'
import { sdkLogger } from './sdk-log.ts'

/** Milliseconds. None of them counts what it costs to load the SDK. */
export interface Timeouts {
  /** From a request until the server has agreed to it, tries again included. Chat Completions get `thinkingMs`. */
  readonly headersMs: number
  /** Until the next event while the model thinks, paints or uses a tool: minutes may pass without a sign. */
  readonly thinkingMs: number
  /** Between two events once words come, or two pieces of a body. */
  readonly silenceMs: number
  /** A call that does not stream, as a whole. */
  readonly callMs: number
  /** A `Retry-After` above this is reported at once and not waited for. */
  readonly longestPauseMs: number
}

/** A server of one's own may have to load the model first. */
export function defaultTimeouts(official: boolean): Timeouts {
  return {
    headersMs: official ? 60_000 : 180_000,
    // The SDK's own limit for a request.
    thinkingMs: 600_000,
    silenceMs: 120_000,
    callMs: 180_000,
    longestPauseMs: 20_000,
  }
}

export interface Connection {
  readonly endpoint: Endpoint
  readonly timeouts: Timeouts
  readonly log: Logger
  /** The SDK, loaded at the first call: it costs some 100 ms and 35 MB. Rejects with the signal's reason when it aborts. */
  client(signal: AbortSignal): Promise<OpenAI>
}

/** A disk that takes longer hangs. */
const LOAD_MS = 30_000

export function connect(
  endpoint: Endpoint,
  apiKey: string | null,
  timeouts: Timeouts,
  log: Logger,
  viaProxy = false,
): Connection {
  const { clock } = endpoint
  let loading: Promise<OpenAI> | null = null

  const once = (): Promise<OpenAI> => {
    loading ??= load(endpoint, apiKey, timeouts, log, viaProxy).catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }
  return {
    endpoint,
    timeouts,
    log,
    client: (signal) => within({ clock, limit: LOAD_MS, signal, late: slowDisk }, once),
  }
}

function slowDisk(): ModelError {
  return new ModelError('timeout', "Parley's own files took too long to load. Try again in a moment.")
}

async function load(
  endpoint: Endpoint,
  apiKey: string | null,
  timeouts: Timeouts,
  log: Logger,
  viaProxy: boolean,
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
    fetch: pickyFetch(timeouts.longestPauseMs, () => endpoint.clock.now(), viaProxy),
    logger: sdkLogger(log, endpoint.scrub),
    logLevel: log.isLevelEnabled('trace') ? 'debug' : 'info',
  })
}
