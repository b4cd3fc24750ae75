import type { WebSocket } from 'ws'
import type { OpenLedger } from './ledger.ts'
import type { Session } from './session.ts'
import type { World } from './world.ts'

/** How the gateway behaves just now. */
export interface Mood {
  deaf: boolean
  refusing: boolean
  away: boolean
  sessionsLeft: number
  shards: number
  afterFrame: ((socket: WebSocket) => void) | null
}

/** What a test does to the gateway. */
export function createControls(
  world: World,
  ledger: OpenLedger,
  mood: Mood,
  sessions: Map<string, Session>,
  connections: ReadonlySet<WebSocket>,
  ended: WeakSet<WebSocket>,
) {
  const each = (act: (socket: WebSocket) => void) => {
    for (const socket of [...connections]) act(socket)
  }
  const end = (code: number, act: (socket: WebSocket) => void) =>
    each((socket) => {
      ended.add(socket)
      ledger.gateway.push({ at: world.now(), kind: 'close', code, by: 'fake' })
      act(socket)
    })
  const terminate = () => end(1006, (socket) => socket.terminate())
  const tell = (payload: unknown) => each((socket) => socket.send(JSON.stringify(payload)))

  return {
    /** IDENTIFYs that are left today. */
    get sessionsLeft() {
      return mood.sessionsLeft
    },
    set sessionsLeft(left: number) {
      mood.sessionsLeft = left
    },
    set shards(count: number) {
      mood.shards = count
    },
    /** New connections are cut before the handshake. */
    set refuseConnections(on: boolean) {
      mood.refusing = on
    },
    /** Connections that are open now. */
    connections: () => connections.size,
    /** Sessions that are connected and past READY. */
    ready: () => [...sessions.values()].filter((one) => one.connected()).length,
    /** Op 7: the client is asked to come again and resume. */
    reconnect: () => tell({ op: 7, d: null }),
    /** Op 9; the session is lost unless `resumable`. */
    invalidate(resumable: boolean) {
      if (!resumable) sessions.clear()
      tell({ op: 9, d: resumable })
    },
    /** Closes the connections; 4000 lets the client resume. */
    drop: (code = 4000) => end(code, (socket) => socket.close(code)),
    /** The TCP connections break, without a close frame. */
    reset: terminate,
    /** Breaks the connection right after the frame for which `decide` says so; null ends it. Frames are counted from 1. */
    cutAfterFrame(decide: ((frame: number) => boolean) | null) {
      let frame = 0
      mood.afterFrame =
        decide &&
        ((socket) => {
          if (!decide(++frame)) return
          ended.add(socket)
          ledger.gateway.push({ at: world.now(), kind: 'close', code: 1006, by: 'fake' })
          socket.terminate()
        })
    },
    /** Zombie: the connection stays, nothing comes through it, no heartbeat is acknowledged. Gives the way back. */
    deaf() {
      mood.deaf = true
      return () => {
        mood.deaf = false
      }
    },
    /** The bot is down: connections cut, sessions forgotten, events missed. Gives the way back. */
    away() {
      mood.away = true
      sessions.clear()
      terminate()
      return () => {
        mood.away = false
      }
    },
    /** Any frame at all, on every connection; a string goes out as it is. */
    frame: (payload: unknown) =>
      each((socket) => socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload))),
    /** Any dispatch at all, to every session: for what the fake cannot play. */
    dispatch(t: string, d: unknown) {
      for (const session of sessions.values()) session.dispatch(t, d, mood.deaf)
    },
  }
}
