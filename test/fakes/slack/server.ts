import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { entryOf } from './call-entry.ts'
import { callerOf } from './caller.ts'
import type { Fault, Faults } from './faults.ts'
import type { CallEntry, OpenLedger } from './ledger.ts'
import { createLimiting } from './limiting.ts'
import { checked, type Method } from './method.ts'
import { argumentsOf, read } from './receiving.ts'
import { Refusal } from './refusal.ts'
import type { Json, TeamState } from './states.ts'
import type { World } from './world.ts'

type Headers = Record<string, string>

/** What else is served: uploads, files, response_urls. Gives false for a path that isn't its own. */
export type Served = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>

/** The Web API on a loopback port; the sockets take the port's upgrades. */
export async function startServer(
  world: World,
  methods: readonly Method[],
  served: readonly Served[],
  ledger: OpenLedger,
  faults: Faults,
  latency: () => number,
  limiting: boolean,
) {
  const known = new Map(methods.map((method) => [method.name, method]))
  const limit = createLimiting(world, limiting)
  const open = new Set<Socket>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A mistake of the fake's own must not pass for a fault of Slack's.
      process.emitWarning(error instanceof Error ? error : String(error))
      response.destroy()
    })
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => open.delete(socket))
  })
  server.keepAliveTimeout = 60_000

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (!url.pathname.startsWith('/api/')) {
      for (const serve of served) if (await serve(request, response, url)) return
      write(response, 404, 'Not Found', {})
      return
    }
    const name = url.pathname.slice('/api/'.length)
    const fault = faults.take(name)
    const bytes = fault === 'refuse' ? null : await read(request, world.limits.requestBytes)
    const sent = bytes === null ? null : await argumentsOf(bytes, request.headers['content-type'] ?? '', url)
    const oneWay = latency() / 2
    if (oneWay > 0) await wait(oneWay)
    const entry = entryOf(world.now(), name, request, sent ?? {})
    entry.fault = fault !== null
    ledger.calls.push(entry)
    if (fault === 'refuse' || fault === 'hang' || bytes === null) {
      ledger.changed()
      if (fault !== 'hang') request.socket.destroy()
      return
    }
    const headers: Headers = { 'x-slack-req-id': world.id('R') }
    const said = answerOf(entry, sent, request, fault, headers)
    entry.status = said.status
    entry.answer = said.body
    entry.retryAfter = headers['retry-after'] ?? null
    if (typeof said.body === 'object' && said.body !== null) {
      const body = said.body as { ok?: boolean; error?: string }
      entry.ok = body.ok === true
      entry.error = body.error ?? null
    }
    if (fault !== null && typeof fault === 'object' && 'delayMs' in fault) await wait(fault.delayMs)
    const back = latency() / 2
    if (back > 0) await wait(back)
    entry.endedAt = world.now()
    entry.replyLost = fault === 'lose the reply'
    if (entry.replyLost) request.socket.destroy()
    else write(response, said.status, said.body, headers)
    ledger.changed()
  }

  function answerOf(
    entry: CallEntry,
    sent: Json | null,
    request: IncomingMessage,
    fault: Fault | null,
    headers: Headers,
  ): { status: number; body: unknown } {
    const made = fault !== null && typeof fault === 'object' && !('delayMs' in fault) ? fault : null
    if (made !== null && 'error' in made)
      return { status: 200, body: { ok: false, error: made.error, ...made.more } }
    if (made !== null) {
      if (made.carriedOut) perform(entry, sent, request, headers)
      Object.assign(headers, made.headers)
      return { status: made.status, body: made.body ?? '' }
    }
    return perform(entry, sent, request, headers)
  }

  function perform(
    entry: CallEntry,
    sent: Json | null,
    request: IncomingMessage,
    headers: Headers,
  ): { status: number; body: unknown } {
    try {
      const method = known.get(entry.method)
      if (method === undefined) throw new Refusal('unknown_method')
      if (sent === null) throw new Refusal('invalid_form_data')
      const { team, owner, token } = callerOf(world, method, request, sent, headers)
      entry.team = team?.id ?? null
      const seconds = limit(method, owner, sent)
      if (seconds !== null) {
        headers['retry-after'] = String(seconds)
        return { status: 429, body: { ok: false, error: 'ratelimited' } }
      }
      const args = checked(method, sent)
      // Methods without a workspace don't look at it.
      const body = method.handle({ team: team as TeamState, token, args, headers: request.headers })
      entry.carriedOut = true
      return { status: 200, body: { ok: true, ...body } }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: 200, body: { ok: false, error: error.error, ...error.more } }
    }
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
    for (const socket of open) socket.destroy()
    await closed
  }
  return {
    server,
    port,
    close,
    /** Nothing listens any more. */ down: close,
    /** On the same port again. */ up: listen,
  }
}

export function write(response: ServerResponse, status: number, body: unknown, headers: Headers): void {
  const words = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(words)
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
