import type { ServerResponse } from 'node:http'
import type { Cut } from './script.ts'

/** A body of server-sent events that a test can cut at any byte. */
export interface EventStream {
  /** False once nothing more goes out: cut, or the client is gone. */
  readonly open: boolean
  send(data: string, event?: string): void
  end(): void
}

export function openEventStream(response: ServerResponse, cut: Cut | undefined): EventStream {
  let sent = 0
  let open = true
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.flushHeaders()
  response.once('close', () => {
    open = false
  })

  const write = (bytes: Buffer): void => {
    if (!open) return
    const room = cut === undefined ? bytes.length : Math.min(bytes.length, cut.at - sent)
    sent += room
    if (room > 0) response.write(bytes.subarray(0, room))
    if (cut !== undefined && sent >= cut.at) tear(cut.by)
  }
  const tear = (by: Cut['by']): void => {
    open = false
    switch (by) {
      case 'fin':
        response.socket?.destroySoon()
        break
      case 'rst':
        // After the bytes have left: a reset throws away what is still buffered.
        response.write('', () => response.socket?.resetAndDestroy())
        break
      case 'end':
        response.end()
        break
      case 'silence':
        break
    }
  }

  if (cut?.at === 0) tear(cut.by)
  return {
    get open() {
      return open
    },
    send: (data, event) =>
      write(Buffer.from(`${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`)),
    end() {
      if (open) response.end()
      open = false
    },
  }
}
