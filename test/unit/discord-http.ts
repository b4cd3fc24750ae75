import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { createBuckets } from '../../adapters/discord/buckets.ts'
import { createWire, type WireOptions } from '../../adapters/discord/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'

export interface Request {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly type: string | undefined
  readonly body: string
}

export interface Script {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of an answer. */
  readonly act?: (request: IncomingMessage, response: ServerResponse) => void
}

export const secretToken = 'MTA.the-bot-token.wKvZ5uYQ0f'

/** A server that answers as scripted, the last script again and again, and the real wire towards it. */
export async function scriptedDiscord(scripts: readonly Script[], options: Partial<WireOptions> = {}) {
  const received: Request[] = []
  const lines: string[] = []
  const waiting = [...scripts]
  const server = createServer(async (request, response) => {
    received.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      type: request.headers['content-type'],
      body: await text(request),
    })
    const script = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? {}
    if (script.act) return script.act(request, response)
    const { status = 200, body = {}, headers = {} } = script
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
      ...headers,
    })
    response.end(status === 204 ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const buckets = createBuckets()
  const wire = createWire({
    token: secretToken,
    apiUrl: `${origin}/api`,
    clock: systemClock(),
    log,
    buckets,
    timeoutMs: 2_000,
    ...options,
  })
  return {
    wire,
    buckets,
    received,
    lines,
    origin,
    log,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
