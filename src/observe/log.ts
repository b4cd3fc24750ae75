import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { errorFields } from './error-fields.ts'
import { createScrubber } from './secrets.ts'

export type Log = Logger

export interface LogOptions {
  readonly level: string
  /** null: pretty on a terminal, else JSON. */
  readonly format: 'pretty' | 'json' | null
  readonly secrets: readonly string[]
  /** Takes whole lines. Absent = standard output. */
  readonly stream?: DestinationStream
}

/** What must not be written even where it is no secret we were told of. */
const hidden = ['authorization', 'apiKey', 'api_key', 'token', 'secret', 'password', 'cookie', 'set-cookie']

/**
 * The program's log. Every line is scrubbed of `secrets` after it was formatted, so no field, message or stack can
 * carry one out. Message texts belong at debug or below.
 */
export async function createLog({ level, format, secrets, stream }: LogOptions): Promise<Log> {
  const scrub = createScrubber(secrets)
  const pretty = format === 'pretty' || (format === null && stream === undefined && process.stdout.isTTY)
  // Synchronous: the last lines before a crash are the ones that matter.
  const out = stream ?? destination({ fd: 1, sync: true })
  const target = pretty ? await prettyOn(out) : out
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields, error: errorFields },
      redact: {
        paths: hidden.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`]),
        censor: '[secret]',
      },
    },
    { write: (line: string) => target.write(scrub(line)) },
  )
}

async function prettyOn(out: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({
    colorize: process.stdout.isTTY === true && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname',
  })
  return { write: (line) => out.write(pretty(line)) }
}

/** A log that goes nowhere, for tests and tools. */
export function silentLog(): Log {
  return pino({ level: 'silent' })
}
