import type { Clock } from '../../../src/ports/clock.ts'
import type { Timing } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Client, sseResponse } from '../sse.ts'
import type { Changes } from './changes.ts'

/** Pages that look on at once; a browser tab is one. */
const mostClients = 500
/** How long a page waits before it comes back. */
const retryMs = 1_000

export interface Events {
  /** `lastId`: the Last-Event-ID of a page that comes back; null for a new one. */
  open(author: string, lastId: number | null, client: Client): Response
  /** Ends all streams and opens no more. */
  close(): void
}

export function createEvents(
  changes: Changes,
  hello: { readonly version: string },
  options: { readonly clock: Clock; readonly timing: Timing },
): Events {
  const closing = new AbortController()
  let clients = 0

  function open(author: string, lastId: number | null, client: Client): Response {
    if (clients >= mostClients) throw new Problem(503, 'Too many pages are open. Close some and reload.')
    clients++
    const gone = new AbortController()
    const over = AbortSignal.any([gone.signal, client.signal, closing.signal])
    let greeted = false
    let cursor = lastId ?? changes.latest()

    function greet(): string {
      greeted = true
      return `retry: ${retryMs}\nid: ${cursor}\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`
    }

    async function next(): Promise<string | null> {
      if (!greeted) return greet()
      for (;;) {
        if (over.aborted) return null
        const missed = changes.after(cursor, author)
        if (missed.kind === 'forgotten') {
          cursor = changes.latest()
          return `id: ${cursor}\nevent: reset\ndata: {}\n\n`
        }
        cursor = missed.upTo
        if (missed.changes.length > 0)
          return missed.changes
            .map((each) => `id: ${each.number}\nevent: ${each.event}\ndata: ${each.data}\n\n`)
            .join('')
        await changes.next(over)
      }
    }

    function closed(): void {
      clients--
      gone.abort()
    }
    return sseResponse({ next, closed }, client, options)
  }

  return { open, close: () => closing.abort() }
}
