import type { Connection } from './connection.ts'
import type { OpenLedger } from './ledger.ts'
import type { World } from './world.ts'

/** How Socket Mode behaves just now. */
export interface Mood {
  away: boolean
  deaf: boolean
  refusals: number
  silent: boolean
}

/** What a test does to the connections. `which`: a connection's number; absent = all. */
export function createControls(
  world: World,
  ledger: OpenLedger,
  mood: Mood,
  connections: ReadonlySet<Connection>,
) {
  const living = () => [...connections].filter((one) => !one.ended)
  const each = (which: number | undefined, act: (connection: Connection) => void) => {
    for (const connection of living()) if (which === undefined || connection.number === which) act(connection)
  }
  const end = (which: number | undefined, code: number, act: (connection: Connection) => void) =>
    each(which, (connection) => {
      connection.ended = true
      ledger.sockets.push({ at: world.now(), connection: connection.number, kind: 'close', code, by: 'fake' })
      act(connection)
    })
  const tell = (which: number | undefined, reason: string) =>
    each(which, ({ socket }) =>
      socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-fake' } })),
    )
  const drop = (which?: number) => end(which, 1006, ({ socket }) => socket.terminate())

  return {
    /** Connections that are open now. */
    get count() {
      return living().length
    },
    /** Their numbers, from 1 in the order of their opening. */
    numbers: () => living().map(({ number }) => number),
    /** The TCP connections break, without a close frame. */
    drop,
    close: (code = 1000, which?: number) => end(which, code, ({ socket }) => socket.close(code)),
    /** Slack says that it will end the connection in some ten seconds. */
    warn: (which?: number) => tell(which, 'warning'),
    /** Slack asks for a new connection in place of this one. */
    refresh: (which?: number) => tell(which, 'refresh_requested'),
    /** Socket Mode was switched off in the app's settings. */
    disable: (which?: number) => tell(which, 'link_disabled'),
    /** Connections stay, but nothing that is sent is read, and no ping is answered. Gives the way back. */
    deaf() {
      mood.deaf = true
      return () => {
        mood.deaf = false
      }
    },
    /** Everything is cut, and no connection accepted. Gives the way back. */
    away() {
      mood.away = true
      drop()
      return () => {
        mood.away = false
      }
    },
    /** The next connections are refused with 503. */
    refuse(times = 1) {
      mood.refusals = times
    },
    /** New connections open, but no hello comes. Gives the way back. */
    silent() {
      mood.silent = true
      return () => {
        mood.silent = false
      }
    },
    /** Any frame to every connection. */
    frame: (words: string, which?: number) => each(which, ({ socket }) => socket.send(words)),
  }
}

export type SocketControls = ReturnType<typeof createControls>
