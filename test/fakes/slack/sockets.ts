import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { seeded } from './chance.ts'
import { type Connection, type Kept, type Sent, type SocketOptions, sendFrame } from './connection.ts'
import { typeOf } from './envelope.ts'
import type { EnvelopeEntry, OpenLedger } from './ledger.ts'
import { createControls, type Mood } from './socket-controls.ts'
import type { Delivery, World } from './world.ts'

const RETRIES = 3

/** Socket Mode: each delivery goes to one of the connections that are open. */
export function createSockets(
  world: World,
  server: Server,
  ledger: OpenLedger,
  latency: () => number,
  options: SocketOptions,
) {
  const random = seeded(options.seed)
  const accept = new WebSocketServer({ noServer: true, autoPong: false })
  const connections = new Set<Connection>()
  const tickets = new Set<string>()
  const mood: Mood = { away: false, deaf: false, refusals: 0, silent: false }
  let kept: Kept[] = []
  let opened = 0

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const ticket = new URL(request.url ?? '/', 'http://fake').searchParams.get('ticket') ?? ''
    if (mood.away || mood.refusals > 0 || !tickets.delete(ticket)) {
      if (mood.refusals > 0) mood.refusals--
      if (mood.away) stream.destroy()
      else stream.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    accept.handleUpgrade(request, stream, head, welcome)
  })

  function welcome(socket: WebSocket): void {
    const connection: Connection = { number: ++opened, socket, open: new Map(), nextAt: 0, ended: false }
    ledger.sockets.push({ at: world.now(), connection: connection.number, kind: 'open' })
    socket.on('error', () => {}) // Its close follows.
    socket.on('ping', (data) => {
      if (!mood.deaf) socket.pong(data)
    })
    socket.on('message', (data) => heard(connection, String(data)))
    const pings =
      options.pingMs === 0 ? null : setInterval(() => mood.deaf || socket.ping('ping'), options.pingMs)
    pings?.unref()
    socket.once('close', (code) => {
      if (pings !== null) clearInterval(pings)
      connections.delete(connection)
      if (!connection.ended)
        ledger.sockets.push({
          at: world.now(),
          connection: connection.number,
          kind: 'close',
          code,
          by: 'client',
        })
      for (const sent of connection.open.values()) {
        clearTimeout(sent.timer)
        again(sent, 'connection_closed', connection)
      }
      ledger.changed()
    })
    if (mood.silent) return
    connections.add(connection)
    const hello = {
      type: 'hello',
      num_connections: connections.size,
      connection_info: { app_id: world.app.id },
      debug_info: {
        host: 'applink-fake',
        started: '2026-01-01',
        build_number: 1,
        approximate_connection_time: 18_060,
      },
    }
    sendFrame(connection, hello, latency())
    const waiting = kept
    kept = []
    for (const one of waiting)
      if (one.until > world.now()) send(one.delivery, one.attempt, one.reason, one.fate, null)
    ledger.changed()
  }

  function send(
    delivery: Delivery,
    attempt: number,
    reason: string,
    fate: { done: boolean },
    not: Connection | null,
  ): void {
    const ready = [...connections].filter(({ socket, ended }) => !ended && socket.readyState === socket.OPEN)
    const others = ready.filter((one) => one !== not)
    const choice = others.length > 0 ? others : ready
    const connection = choice[Math.floor(random() * choice.length)]
    if (connection === undefined) {
      if (delivery.kind !== 'events_api') delivery.failed?.('no connection')
      else if (options.keepMs > 0 && kept.length < 100_000)
        kept.push({ delivery, attempt, reason, fate, until: world.now() + options.keepMs })
      return
    }
    const id = randomUUID()
    const entry: EnvelopeEntry = {
      id,
      kind: delivery.kind,
      type: typeOf(delivery),
      eventId: typeof delivery.payload.event_id === 'string' ? delivery.payload.event_id : null,
      sentAt: world.now(),
      attempt,
      connection: connection.number,
      ackedAfterMs: null,
      ackBody: undefined,
    }
    ledger.envelopes.push(entry)
    const sent: Sent = {
      delivery,
      attempt,
      sentAt: performance.now(),
      entry,
      fate,
      timer: setTimeout(late, options.ackTimeoutMs),
    }
    sent.timer.unref()
    function late(): void {
      if (fate.done) return
      again(sent, 'timeout', connection!)
    }
    connection.open.set(id, sent)
    const envelope = {
      envelope_id: id,
      type: delivery.kind,
      payload: delivery.payload,
      accepts_response_payload: delivery.kind !== 'events_api',
      ...(delivery.kind === 'events_api' ? { retry_attempt: attempt, retry_reason: reason } : {}),
    }
    sendFrame(connection, envelope, latency())
    ledger.changed()
  }

  function again({ delivery, attempt, fate }: Sent, reason: string, not: Connection): void {
    if (fate.done) return
    if (delivery.kind !== 'events_api') {
      fate.done = true
      delivery.failed?.(reason)
    } else if (attempt < RETRIES) send(delivery, attempt + 1, reason, fate, not)
  }

  function heard(connection: Connection, words: string): void {
    if (mood.deaf || connection.ended) return
    const said = JSON.parse(words) as { envelope_id?: string; payload?: unknown }
    const sent = connection.open.get(said.envelope_id ?? '')
    if (sent === undefined) return
    connection.open.delete(said.envelope_id!)
    clearTimeout(sent.timer)
    const afterMs = performance.now() - sent.sentAt
    sent.entry.ackedAfterMs = afterMs
    sent.entry.ackBody = said.payload
    if (!sent.fate.done) {
      sent.fate.done = true
      sent.delivery.acknowledged?.(said.payload, afterMs)
    }
    ledger.changed()
  }

  return {
    count: () => connections.size,
    /** The address of a new connection, good for one. */
    link(): string {
      const ticket = randomUUID()
      tickets.add(ticket)
      return `${world.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${world.app.id}`
    },
    hand: (delivery: Delivery) => send(delivery, 0, '', { done: false }, null),
    controls: createControls(world, ledger, mood, connections),
    close() {
      for (const { socket, open } of connections) {
        for (const { timer } of open.values()) clearTimeout(timer)
        open.clear()
        socket.terminate()
      }
      accept.close()
    },
  }
}
