import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { createControls, type Mood } from './gateway-controls.ts'
import type { OpenLedger } from './ledger.ts'
import { orderly } from './orderly.ts'
import { renderGuild } from './rendering-places.ts'
import { createSession, type Session } from './session.ts'
import type { Audience, Dispatch, World } from './world.ts'

const CONTENT = 1 << 15
/** The application's flag for the content intent, below 100 guilds. */
const CONTENT_LIMITED = 1 << 19
const TOTAL_SESSIONS = 1_000

/** The gateway v10, JSON without compression: sessions, heartbeats, resume, and what a test does to it. */
export function createGateway(
  world: World,
  server: Server,
  ledger: OpenLedger,
  origin: () => string,
  latency: () => number,
) {
  const sockets = new WebSocketServer({ noServer: true })
  const sessions = new Map<string, Session>()
  const connections = new Set<WebSocket>()
  /** Those that the fake ended itself. */
  const ended = new WeakSet<WebSocket>()
  const mood: Mood = {
    deaf: false,
    refusing: false,
    away: false,
    sessionsLeft: TOTAL_SESSIONS,
    shards: 1,
    afterFrame: null,
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (mood.refusing || mood.away || url.pathname.replaceAll('/', '') !== 'gateway')
      return void socket.destroy()
    sockets.handleUpgrade(request, socket, head, (open) => connect(open, url))
  })

  function connect(socket: WebSocket, url: URL) {
    connections.add(socket)
    ledger.gateway.push({ at: world.now(), kind: 'open' })
    let session: Session | null = null
    const send = orderly(socket, latency, () => mood.afterFrame?.(socket))
    const close = (code: number) => {
      ended.add(socket)
      ledger.gateway.push({ at: world.now(), kind: 'close', code, by: 'fake' })
      socket.close(code)
    }
    socket.on('close', (code) => {
      connections.delete(socket)
      session?.detach(socket)
      if (!ended.has(socket)) ledger.gateway.push({ at: world.now(), kind: 'close', code, by: 'client' })
      ledger.changed()
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (raw) => {
      let payload: { op: number; d: unknown }
      try {
        payload = JSON.parse(String(raw)) as typeof payload
      } catch {
        return close(4002)
      }
      hear(payload)
      ledger.changed()
    })
    if (url.searchParams.get('v') !== '10') return close(4012)
    send({ op: 10, d: { heartbeat_interval: world.limits.heartbeatMs, _trace: [] } })
    ledger.changed()

    function hear({ op, d }: { op: number; d: unknown }) {
      switch (op) {
        case 1:
          ledger.gateway.push({ at: world.now(), kind: 'heartbeat', seq: d as number | null })
          if (!mood.deaf) send({ op: 11 })
          return
        case 2:
          return identify(d as { token: string; intents: number; shard?: [number, number] })
        case 3:
          ledger.gateway.push({ at: world.now(), kind: 'presence' })
          return
        case 4:
        case 8:
          return
        case 6:
          return resume(d as { token: string; session_id: string; seq: number })
        default:
          close(4001)
      }
    }

    function identify({
      token,
      intents,
      shard = [0, 1],
    }: {
      token: string
      intents: number
      shard?: [number, number]
    }) {
      if (session !== null) return close(4005)
      ledger.gateway.push({ at: world.now(), kind: 'identify', intents, shard })
      if (token !== world.token) return close(4004)
      if ((intents & CONTENT) !== 0 && !world.contentAllowed) return close(4014)
      mood.sessionsLeft--
      session = createSession(world, intents, shard)
      sessions.set(session.id, session)
      if (sessions.size > 200) sessions.delete(sessions.keys().next().value!)
      session.attach(socket, send)
      const guilds = [...world.guilds.values()].filter((one) => one.installed && session!.covers(one.id))
      session.dispatch('READY', {
        v: 10,
        user: { ...world.bot, mfa_enabled: false, verified: true, email: null, flags: 0 },
        guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
        session_id: session.id,
        resume_gateway_url: `${origin().replace('http', 'ws')}/gateway`,
        shard,
        application: { id: world.applicationId, flags: world.contentAllowed ? CONTENT_LIMITED : 0 },
      })
      for (const guild of guilds) if (!guild.away) session.dispatch('GUILD_CREATE', renderGuild(world, guild))
    }

    function resume({ token, session_id, seq }: { token: string; session_id: string; seq: number }) {
      const known = sessions.get(session_id)
      const missed = known?.missedSince(seq)
      const ok = token === world.token && missed !== undefined && missed !== null
      ledger.gateway.push({ at: world.now(), kind: 'resume', seq, ok, replayed: ok ? missed.length : 0 })
      if (token !== world.token) return close(4004)
      if (known !== undefined && seq > known.seq()) {
        sessions.delete(session_id)
        return close(4007)
      }
      if (known === undefined || missed === undefined || missed === null) {
        send({ op: 9, d: false })
        return
      }
      session = known
      known.attach(socket, send)
      for (const payload of missed) send(payload)
      known.dispatch('RESUMED', {})
    }
  }

  const covers = (session: Session, { guildId, intent }: Audience) =>
    (guildId === null ? session.shard[0] === 0 : session.covers(guildId)) &&
    (intent === 0 || (session.intents & intent) !== 0)

  world.dispatch = ({ t, d }: Dispatch, audience: Audience) => {
    if (mood.away) return
    for (const session of sessions.values()) if (covers(session, audience)) session.dispatch(t, d, mood.deaf)
  }
  world.dispatchTwofold = (t, make, audience) => {
    if (mood.away) return
    const rendered = new Map<boolean, unknown>()
    for (const session of sessions.values()) {
      if (!covers(session, audience)) continue
      const content = (session.intents & CONTENT) !== 0
      if (!rendered.has(content)) rendered.set(content, make(content))
      session.dispatch(t, rendered.get(content), mood.deaf)
    }
  }

  return {
    /** What GET /gateway/bot says. */
    facts: () => ({
      url: `${origin().replace('http', 'ws')}/gateway`,
      shards: mood.shards,
      session_start_limit: {
        total: TOTAL_SESSIONS,
        remaining: Math.max(0, mood.sessionsLeft),
        reset_after: 14_400_000,
        max_concurrency: 1,
      },
    }),
    controls: createControls(world, ledger, mood, sessions, connections, ended),
    close() {
      for (const socket of connections) socket.terminate()
      sockets.close()
    },
  }
}

export type Gateway = ReturnType<typeof createGateway>
