import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { createJsonScan } from './json-scan.ts'
import type { Timing } from './options.ts'
import { Problem } from './problem.ts'

const mebibyte = 1_048_576

/** Text a request, and everything in a request (CONTRACT: 1 MB and 32 MB). */
export const textLimit = mebibyte
export const bodyLimit = 32 * mebibyte
const depthLimit = 64
/** Bytes of all bodies that are being read at once. */
const heldLimit = 192 * mebibyte

export interface BodyReader {
  /** Hands on each chunk as it arrives, within `limit` bytes; rejects with a `Problem` (408, 413, 415, 503). */
  stream(incoming: IncomingMessage, limit: number): AsyncGenerator<Uint8Array, void, void>
  /** The whole body as JSON; rejects with a `Problem` (400, 408, 413, 415, 503). */
  json(incoming: IncomingMessage): Promise<unknown>
}

export function createBodyReader(clock: Clock, timing: Timing): BodyReader {
  let held = 0

  async function* stream(incoming: IncomingMessage, limit: number): AsyncGenerator<Uint8Array, void, void> {
    const encoding = incoming.headers['content-encoding']?.trim() ?? ''
    if (encoding !== '' && encoding.toLowerCase() !== 'identity') throw encoded()
    if (Number(incoming.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
    const chunks = incoming.iterator({ destroyOnReturn: false })
    const started = clock.elapsed()
    let size = 0
    try {
      for (;;) {
        const left = timing.bodyTotal - (clock.elapsed() - started)
        const next = await inTime(clock, Math.min(timing.bodyIdle, left), () => chunks.next())
        if (next.done) return
        const chunk = next.value as Uint8Array
        size += chunk.length
        if (size > limit) throw tooLarge(limit)
        yield chunk
      }
    } finally {
      // Lets go of the rest, which the server then throws away. Not awaited: a read may be waiting for the client.
      chunks.return?.().catch(() => undefined)
    }
  }

  async function json(incoming: IncomingMessage): Promise<unknown> {
    const scan = createJsonScan({ text: textLimit, depth: depthLimit })
    const chunks: Uint8Array[] = []
    let mine = 0
    try {
      for await (const chunk of stream(incoming, bodyLimit)) {
        refuse(scan(chunk))
        mine += chunk.length
        held += chunk.length
        if (held > heldLimit) throw tooBusy()
        chunks.push(chunk)
      }
      return parse(Buffer.concat(chunks))
    } finally {
      held -= mine
    }
  }

  return { stream, json }
}

/** A client that went away ends as a `Problem` too; nobody reads it. */
async function inTime<T>(clock: Clock, limit: number, next: () => Promise<T>): Promise<T> {
  try {
    return await within({ clock, limit: Math.max(0, limit), late: tooSlow }, next)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(400, 'The request ended before its body was complete.')
  }
}

const tooSlow = (): Problem => new Problem(408, 'The body of the request came too slowly. Send it again.')

function refuse(verdict: 'ok' | 'too_much_text' | 'too_deep'): void {
  if (verdict === 'too_much_text')
    throw new Problem(413, 'More than 1 MB of text in one request. Send less, or in several requests.')
  if (verdict === 'too_deep') throw new Problem(400, `The JSON is nested deeper than ${depthLimit} levels.`)
}

const encoded = (): Problem =>
  new Problem(415, 'Compressed bodies are not read here. Send it without Content-Encoding.', {
    'accept-encoding': 'identity',
  })

const tooLarge = (limit: number): Problem =>
  new Problem(413, `More than ${Math.floor(limit / mebibyte)} MB in one request. Send less.`)

const tooBusy = (): Problem =>
  new Problem(503, 'Too much is being sent to Parley at once. Try again in a moment.', { 'retry-after': '1' })

function parse(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw badJson('it is not valid UTF-8', cause)
  }
  if (text.trim() === '') throw new Problem(400, 'The body is empty. Send a JSON object.')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badJson('check quotes, commas and brackets', cause)
  }
}

function badJson(hint: string, cause: unknown): Problem {
  const problem = new Problem(400, `The body is not JSON: ${hint}.`)
  problem.cause = cause
  return problem
}
