import type { WebSocket } from 'ws'
import type { EnvelopeEntry } from './ledger.ts'
import type { Delivery } from './world.ts'

export interface SocketOptions {
  /** Without an acknowledgement an event comes again, by another connection. */
  readonly ackTimeoutMs: number
  /** With no connection open events are kept so long for the next one; 0 = they are lost. */
  readonly keepMs: number
  /** How often the fake pings a connection; 0 = never. */
  readonly pingMs: number
  readonly seed: number
}

export interface Connection {
  readonly number: number
  readonly socket: WebSocket
  /** Deliveries that are not acknowledged, by envelope. */
  readonly open: Map<string, Sent>
  /** Frames stay in order, whatever the latency. */
  nextAt: number
  ended: boolean
}

export interface Sent {
  readonly delivery: Delivery
  readonly attempt: number
  readonly sentAt: number
  readonly entry: EnvelopeEntry
  readonly fate: { done: boolean }
  timer: NodeJS.Timeout
}

/** Waits for a connection. */
export interface Kept {
  readonly delivery: Delivery
  readonly attempt: number
  readonly reason: string
  readonly until: number
  readonly fate: { done: boolean }
}

/** Sends a frame half a round trip (`latencyMs`) later, behind those before it. */
export function sendFrame(connection: Connection, payload: unknown, latencyMs: number): void {
  const oneWay = latencyMs / 2
  const { socket } = connection
  const words = JSON.stringify(payload)
  if (oneWay <= 0) {
    socket.send(words)
    return
  }
  connection.nextAt = Math.max(connection.nextAt, performance.now() + oneWay)
  setTimeout(
    () => socket.readyState === socket.OPEN && socket.send(words),
    connection.nextAt - performance.now(),
  )
}
