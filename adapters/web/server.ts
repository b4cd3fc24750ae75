import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { WebEnv } from './env.ts'
import { Problem } from './problem.ts'

/** How long the header of a request may take. */
const headersMs = 15_000

/** The address can't be had; `words` say why and what to set. */
export class ListenError extends Error {
  readonly words: string
  constructor(words: string, cause: unknown) {
    super(words, { cause })
    this.name = 'ListenError'
    this.words = words
  }
}

export interface HttpServer {
  /** Rejects with a `ListenError`. */
  listen(host: string, port: number): Promise<{ readonly url: string }>
  /** Takes no more connections, gives running requests `drainMs`, then cuts them. */
  close(drainMs: number): Promise<void>
}

export function createHttpServer(app: Hono<WebEnv>): HttpServer {
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () =>
      plainProblem(new Problem(400, 'The address or the Host header of the request is not valid.')),
  })
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: 0, connectionsCheckingInterval: 5_000 },
    listener,
  )
  server.on('clientError', answerBrokenRequest)

  return {
    listen: (host, port) => listen(server, host, port),
    close: (drainMs) => close(server, drainMs),
  }
}

function listen(server: Server, host: string, port: number): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ListenError(listenWords(cause, host, port), cause)),
    )
    server.listen(port, host, () => resolve({ url: urlOf(server.address() as AddressInfo, host) }))
  })
}

function listenWords(cause: NodeJS.ErrnoException, host: string, port: number): string {
  if (cause.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use. Stop the other program, or set PORT to another port (0 takes a free one).`
  if (cause.code === 'EACCES') return `Port ${port} is not allowed for this user. Set PORT to one above 1023.`
  if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND')
    return `${host} is not an address of this machine. Set HOST to one that is, e.g. 127.0.0.1.`
  return `The web server could not start on ${host}, port ${port}: ${cause.code ?? cause.message}.`
}

function urlOf(address: AddressInfo, host: string): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `http://${name}:${address.port}`
}

function close(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs)
    // A connection whose last answer ends during the drain stays open for the client's next request.
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    server.close((error) => {
      clearTimeout(cut)
      clearInterval(idle)
      if (error && (error as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING') reject(error)
      else resolve()
    })
  })
}

/** For requests that never reach a route. */
export function plainProblem(problem: Problem): Response {
  return Response.json(
    { error: problem.message },
    { status: problem.status, headers: { ...problem.headers, 'x-request-id': newRequestId() } },
  )
}

const newRequestId = (): string => `req_${randomUUID().replaceAll('-', '')}`

function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, words] = brokenRequest(error.code)
  const body = JSON.stringify({ error: words })
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      'connection: close',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${newRequestId()}`,
      '',
      body,
    ].join('\r\n'),
  )
}

function brokenRequest(code: string | undefined): [string, string] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', 'The headers are larger than 16 KB.']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', 'The request came too slowly. Send it again.']
  return ['400 Bad Request', 'This is not a valid HTTP request.']
}
