import type { Context } from 'hono'
import type { Clock } from '../../src/ports/clock.ts'
import { TooSlow, within } from '../../src/within.ts'
import type { WebEnv } from './env.ts'
import type { Timing } from './options.ts'

const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Asks nginx not to hold the stream back.
  'x-accel-buffering': 'no',
}

/** Line breaks inside JSON are escaped, so one data line is enough. */
export const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

export interface Frames {
  /** Resolves with the next text to send, or null at the end. Not called again before it resolved. */
  next(): Promise<string | null>
  /** The client is gone, or takes nothing any more; called once, also after the end. */
  closed(): void
}

/** The connection a stream goes out on. */
export interface Client {
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  /** Cuts the connection. */
  drop(): void
}

export const clientOf = (c: Context<WebEnv>): Client => ({
  signal: c.req.raw.signal,
  drop: () => c.env.outgoing.destroy(),
})

/**
 * Server-Sent Events at the client's pace: the next frame is asked for only when the last one was taken, so nothing
 * piles up. A quiet stream gets heartbeats; a client that takes nothing for `timing.stalled` is given up.
 */
export function sseResponse(
  frames: Frames,
  client: Client,
  options: { readonly clock: Clock; readonly timing: Timing },
): Response {
  const { clock, timing } = options
  const { signal } = client
  const encoder = new TextEncoder()
  const over = new AbortController()
  let pending: Promise<string | null> | null = null
  let takenAt = clock.elapsed()
  let waiting = false

  function end(): void {
    if (over.signal.aborted) return
    over.abort()
    signal.removeEventListener('abort', end)
    frames.closed()
  }

  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(timing.stalled / 2, over.signal)
      if (waiting || clock.elapsed() - takenAt < timing.stalled) continue
      end()
      client.drop()
    }
  }

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    waiting = true
    pending ??= frames.next()
    const ready = await orQuiet(pending, clock, timing.heartbeat, over.signal)
    waiting = false
    takenAt = clock.elapsed()
    if (over.signal.aborted) return
    if (ready !== quiet) pending = null
    if (ready === null) {
      end()
      controller.close()
    } else controller.enqueue(encoder.encode(ready === quiet ? ': still here\n\n' : ready))
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: () => {
        signal.addEventListener('abort', end, { once: true })
        if (signal.aborted) end()
        watch().catch(() => undefined)
      },
      pull,
      cancel: end,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: sseHeaders })
}

const quiet: unique symbol = Symbol('quiet')

async function orQuiet<T>(
  pending: Promise<T>,
  clock: Clock,
  limit: number,
  signal: AbortSignal,
): Promise<T | typeof quiet> {
  try {
    return await within({ clock, limit, signal }, () => pending)
  } catch (error) {
    if (error instanceof TooSlow || signal.aborted) return quiet
    throw error
  }
}
