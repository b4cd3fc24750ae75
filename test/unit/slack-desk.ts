import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Keyv } from 'keyv'
import { pino } from 'pino'
import type { Installation } from '../../adapters/slack/installations/installation.ts'
import { createSlackPlatform } from '../../adapters/slack/platform.ts'
import { createResponseUrls } from '../../adapters/slack/response-url.ts'
import { writeVia } from '../../adapters/slack/via.ts'
import { createWays, type Streaming } from '../../adapters/slack/ways.ts'
import { createWire } from '../../adapters/slack/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Part, SendOptions } from '../../src/ports/platform.ts'

export const secretToken = 'xoxb-1-the-secret-token'
export const team = 'T0001'
export const channel = 'C0001'
export const dm = 'D0001'
export const root = '1795151317.000001'
export const answer = '1795151318.000002'

const installation: Installation = {
  team,
  enterprise: null,
  token: secretToken,
  botUser: 'U0BOT',
  botId: 'B0BOT',
  app: 'A0001',
  teamName: 'Acme',
  scopes: [],
}

export interface Received {
  readonly path: string
  /** `chat.postMessage`, or the path of what is no method. */
  readonly method: string
  readonly args: Record<string, unknown>
  readonly headers: IncomingMessage['headers']
  readonly raw: string
}

export interface Script {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of an answer. */
  readonly act?: (request: IncomingMessage, response: ServerResponse) => void
}

const fine: Script = { body: { ok: true, channel, ts: answer, message_ts: answer } }
export const refused = (error: string, more: Readonly<Record<string, unknown>> = {}): Script => ({
  body: { ok: false, error, ...more },
})

export interface DeskOptions {
  readonly streaming?: Streaming
  readonly timeoutMs?: number
  readonly installPage?: boolean
  /** Milliseconds since some moment. */
  readonly elapsed?: () => number
}

/** The real platform and the real WebClient towards a server that answers each method as scripted, the last script again and again. */
export async function desk(
  scripts: Readonly<Record<string, Script | readonly Script[]>> = {},
  options: DeskOptions = {},
) {
  const received: Received[] = []
  const lines: string[] = []
  const waiting = new Map(
    Object.entries(scripts).map(([method, given]) => [method, Array.isArray(given) ? [...given] : [given]]),
  )
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    const path = request.url ?? ''
    const method = path.startsWith('/api/') ? path.slice('/api/'.length) : (path.split('?')[0] ?? '')
    received.push({ path, method, args: argumentsOf(raw), headers: request.headers, raw })
    const given = waiting.get(method) ?? [fine]
    const script = ((given.length > 1 ? given.shift() : given[0]) ?? fine) as Script
    if (script.act) return script.act(request, response)
    const { status = 200, body = {}, headers = {} } = script
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
      ...headers,
    })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const clock = { ...systemClock(), ...(options.elapsed ? { elapsed: options.elapsed } : {}) }
  const announced: string[] = []
  const paced: Intake['paced'] = (budgets, call) => {
    announced.push(...budgets.map(({ bucket }) => bucket))
    return call()
  }
  const installations = {
    known: (asked: string) => (asked === team ? installation : null),
    of: async (asked: string) => (asked === team ? installation : null),
  }
  const apiUrl = `${origin}/api/`
  const over = new AbortController()
  const { timeoutMs = 2_000, installPage = false } = options
  const wire = createWire({ installations, apiUrl, clock, log, timeoutMs, installPage })
  const platform = createSlackPlatform({
    wire,
    responses: createResponseUrls({ apiUrl, clock }),
    ways: createWays(clock, options.streaming ?? (() => 'auto')),
    installations,
    apiUrl,
    store: new Keyv(),
    clock,
    log,
    intake: () => ({ paced }),
    over: over.signal,
    start: async () => undefined,
    stop: async () => undefined,
  })
  return {
    platform,
    wire,
    origin,
    received,
    /** The buckets of the calls that waited for leave of their own. */
    announced,
    lines,
    script: (method: string, ...given: readonly Script[]) => void waiting.set(method, [...given]),
    calls: () => received.map(({ method, args }) => ({ method, args })),
    methods: () => received.map(({ method }) => method),
    close: async () => {
      over.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type Desk = Awaited<ReturnType<typeof desk>>

function argumentsOf(raw: string): Record<string, unknown> {
  if (raw.startsWith('{')) return JSON.parse(raw)
  return Object.fromEntries(
    [...new URLSearchParams(raw)].map(([name, value]) => [
      name,
      /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  )
}

export const inThread: Place = {
  conversation: { platform: 'slack', workspace: team, channel, thread: root },
  root: null,
  direct: false,
}
export const inDirect: Place = {
  conversation: { platform: 'slack', workspace: team, channel: dm, thread: root },
  root: null,
  direct: true,
}
export const inChannel: Place = {
  ...inThread,
  conversation: { ...inThread.conversation, thread: '' },
}
export const withVia = (place: Place, via: Partial<Parameters<typeof writeVia>[0]> = {}): Place => ({
  ...place,
  via: writeVia({ responseUrl: null, private: false, user: 'U1', at: Date.now(), ...via }),
})

export const part = (markdown: string, more: Partial<Part> = {}): Part => ({
  markdown,
  state: 'done',
  controls: [],
  ...more,
})
export const writing = (markdown: string, more: Partial<Part> = {}): Part =>
  part(markdown, { state: 'writing', ...more })
export const how = (more: Partial<SendOptions> = {}): SendOptions => ({
  nonce: 'n0',
  index: 0,
  signal: new AbortController().signal,
  ...more,
})
export const signal = new AbortController().signal
