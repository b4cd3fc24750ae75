import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { createCdn } from './cdn.ts'
import { cloudflareBlock, type createFaults, type Fault } from './faults.ts'
import type { OpenLedger, RestEntry } from './ledger.ts'
import { createLimiting, type Headers } from './limiting.ts'
import { entryOf, type Received, receive } from './receiving.ts'
import { Refusal, refusal } from './refusal.ts'
import { createRoutes, type Route } from './routes.ts'
import type { World } from './world.ts'

const BAN = cloudflareBlock('3600') as Extract<Fault, { status: number }>

/** REST v10 and the CDN on one loopback port; the gateway takes the port's upgrades. */
export async function startServer(
  world: World,
  routes: readonly Route[],
  ledger: OpenLedger,
  faults: ReturnType<typeof createFaults>,
  cdn: ReturnType<typeof createCdn>,
  latency: () => number,
) {
  const find = createRoutes(routes)
  const limit = createLimiting(world)
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A mistake of the fake's own must not pass for a fault of Discord's.
      process.emitWarning(error instanceof Error ? error : String(error))
      response.destroy()
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  })
  server.keepAliveTimeout = 60_000

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (url.pathname.startsWith('/attachments/')) return download(request, response, url)
    const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, '')
    const method = request.method ?? 'GET'
    const found = url.pathname.startsWith('/api/v10/') ? find(method, path) : 404
    const template = typeof found === 'number' ? '' : found.route.template
    const fault = faults.take(method, template, path)
    const received = fault === 'refuse' ? null : await receive(request, world.limits.requestBytes)
    const oneWay = latency() / 2
    if (oneWay > 0) await wait(oneWay)
    const entry = entryOf(world.now(), request, url, method, path, template, received)
    ledger.requests.push(entry)
    entry.fault = fault !== null
    if (fault === 'refuse' || fault === 'hang' || received === null) {
      ledger.changed()
      if (fault !== 'hang') request.socket.destroy()
      return
    }
    const headers: Headers = {}
    const answer = fault !== null && typeof fault === 'object' && 'status' in fault ? fault : null
    const usual =
      answer === null || answer.carriedOut ? perform(entry, received, found, request, headers) : null
    const said: { status: number; body?: unknown } = answer ?? usual!
    if (answer !== null) Object.assign(headers, answer.headers)
    entry.status = said.status
    entry.answer = said.body
    if (said.status === 429 && answer !== null) entry.limited = scopeOf(answer)
    entry.code = codeIn(said.body)
    limit.answered(entry)
    if (fault !== null && typeof fault === 'object' && 'delayMs' in fault) await wait(fault.delayMs)
    if (oneWay > 0) await wait(oneWay)
    entry.endedAt = world.now()
    entry.replyLost = fault === 'lose the reply'
    if (entry.replyLost) {
      request.socket.destroy()
      ledger.changed()
      return
    }
    write(response, said.status, said.body, headers)
    ledger.changed()
  }

  function perform(
    entry: RestEntry,
    received: Received,
    found: ReturnType<typeof find>,
    request: IncomingMessage,
    headers: Headers,
  ): { status: number; body?: unknown } {
    try {
      if (typeof found === 'number')
        throw new Refusal(found, 0, found === 404 ? '404: Not Found' : '405: Method Not Allowed')
      const { route, params } = found
      if (limit.banned()) {
        entry.limited = 'global'
        Object.assign(headers, BAN.headers)
        return BAN
      }
      if (!route.open && request.headers.authorization !== `Bot ${world.token}`) throw refusal(0)
      const stopped = limit.check(entry, route, params, headers)
      if (stopped !== null) return stopped
      if (received.problem !== null) throw received.problem
      const answer = route.handle({
        params,
        query: entry.query,
        body: received.body,
        files: received.files,
        entry,
      })
      entry.carriedOut = true
      return answer
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const body = {
        message: error.message,
        code: error.code,
        ...(error.errors ? { errors: error.errors } : {}),
      }
      if (error.status !== 429) return { status: error.status, body }
      headers['retry-after'] = '10'
      headers['x-ratelimit-scope'] = 'user'
      entry.limited = 'user'
      return { status: 429, body: { ...body, retry_after: 10, global: false } }
    }
  }

  function download(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const fault = faults.take(request.method ?? 'GET', '/attachments', url.pathname)
    if (fault !== null && (typeof fault === 'string' || !('status' in fault))) {
      if (fault !== 'hang') request.socket.destroy()
      return
    }
    const found = fault === null ? cdn.fetched(url) : null
    const status = fault?.status ?? found!.status
    const authorized = request.headers.authorization !== undefined
    ledger.downloads.push({ at: world.now(), path: url.pathname, status, authorized })
    if (fault !== null) write(response, fault.status, fault.body, { ...fault.headers })
    else {
      response.writeHead(status, {
        'content-type': found!.type,
        'content-length': String(found!.bytes.length),
      })
      response.end(found!.bytes)
    }
    ledger.changed()
  }

  let port = 0
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen()
  port = (server.address() as AddressInfo).port
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    server,
    port,
    close,
    /** Nothing listens any more: connections are refused, open ones are cut. */
    down: close,
    /** On the same port again. */
    up: listen,
  }
}

function scopeOf(fault: Extract<Fault, { status: number }>): RestEntry['limited'] {
  const scope = fault.headers?.['x-ratelimit-scope']
  return scope === 'global' || scope === 'shared' ? scope : 'user'
}

function codeIn(body: unknown): number | null {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  return typeof code === 'number' ? code : null
}

function write(response: ServerResponse, status: number, body: unknown, headers: Headers): void {
  if (status === 204 || body === undefined) {
    response.writeHead(status, headers)
    response.end()
    return
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html; charset=UTF-8' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(text)
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
