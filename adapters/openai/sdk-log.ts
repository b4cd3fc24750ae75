import type { Logger } from 'pino'
import { excerpt } from './excerpt.ts'
import type { Scrub } from './scrub.ts'

type Write = (message: string, ...rest: unknown[]) => void

/** The only details of a request that are written down: no headers, no bodies. */
const KEPT = ['method', 'url', 'status', 'durationMs', 'retryOf', 'message'] as const

/**
 * The SDK's logger on pino: details as fields, secrets scrubbed. Each successful request is an `info` for the SDK and
 * a `debug` here, since every turn writes a line of its own.
 */
export function sdkLogger(log: Logger, scrub: Scrub): Record<'error' | 'warn' | 'info' | 'debug', Write> {
  const at =
    (level: 'error' | 'warn' | 'debug' | 'trace'): Write =>
    (message, ...rest) => {
      if (log.isLevelEnabled(level)) log[level](details(rest, scrub), scrub(excerpt(message)))
    }
  return { error: at('error'), warn: at('warn'), info: at('debug'), debug: at('trace') }
}

function details(rest: readonly unknown[], scrub: Scrub): Record<string, unknown> {
  const given = rest.find((value) => typeof value === 'object' && value !== null && !(value instanceof Error))
  if (given === undefined) return {}
  const fields = new Map(Object.entries(given as Record<string, unknown>))
  const kept = KEPT.filter((name) => ['string', 'number'].includes(typeof fields.get(name)))
  return Object.fromEntries(
    kept.map((name) => {
      const value = fields.get(name)
      return [name === 'message' ? 'reason' : name, typeof value === 'string' ? scrub(excerpt(value)) : value]
    }),
  )
}
