import { createHmac } from 'node:crypto'
import pino from 'pino'
import { type Body, createRoute, type Listeners } from '../../adapters/slack/app.ts'
import { createDispatching, type Dispatching } from '../../adapters/slack/dispatching.ts'
import { createEventsRoute } from '../../adapters/slack/events-http.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { WebOptions } from '../../adapters/web/options.ts'
import { type WebWorld, webWorld } from './web-world.ts'

export const secret = '8f742231b10e8888abcd99yyyzzz85a5'

/** What came through to each listener, in order. */
export interface Heard {
  readonly kind: keyof Listeners
  readonly body: Body
}

export interface HttpWorld {
  readonly heard: Heard[]
  readonly logged: string[]
  readonly dispatching: Dispatching
  readonly web: WebWorld
  /** Sends a body as Slack does, signed unless `headers` says otherwise. */
  send(body: string, given?: Partial<Sending>): Promise<Response>
  close(): Promise<void>
}

export interface Sending {
  readonly type: string
  /** Seconds since the epoch. */
  readonly at: number
  readonly secret: string
  readonly headers: Readonly<Record<string, string | null>>
}

export const signature = (body: string, at: number, by = secret): string =>
  `v0=${createHmac('sha256', by).update(`v0:${at}:${body}`).digest('hex')}`

/** `/slack/events` on the real web server, behind the real Bolt; `listeners` are what the test puts there. */
export async function httpWorld(
  listeners: Partial<Listeners> = {},
  given: {
    secret?: string
    answerWithin?: number
    bodyWithin?: number
    web?: Partial<WebOptions>
    elapsed?: () => number
  } = {},
): Promise<HttpWorld> {
  const clock = { ...systemClock(), ...(given.elapsed && { elapsed: given.elapsed }) }
  const heard: Heard[] = []
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) })
  const noting =
    <K extends keyof Listeners>(kind: K): Listeners['command'] =>
    async (body, acknowledge) => {
      heard.push({ kind, body })
      await (listeners[kind] as Listeners['command'] | undefined)?.(body, acknowledge)
    }
  const route = createRoute(
    {
      event: (envelope) => noting('event')(envelope, async () => undefined),
      command: noting('command'),
      action: noting('action'),
      shortcut: noting('shortcut'),
      view: noting('view'),
    },
    log,
  )
  const dispatching = createDispatching({ route, clock, log, answerWithin: given.answerWithin ?? 2_500 })
  const events = createEventsRoute({
    secret: given.secret ?? secret,
    take: dispatching.take,
    clock,
    log,
    bodyWithin: given.bodyWithin ?? 5_000,
  })
  const web = await webWorld({ ...given.web, routes: [events] })
  return {
    heard,
    logged,
    dispatching,
    web,
    send: (body, sending = {}) => {
      const at = sending.at ?? Math.floor(Date.now() / 1_000)
      const headers = new Headers({
        'content-type': sending.type ?? 'application/json',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': signature(body, at, sending.secret ?? secret),
      })
      for (const [name, value] of Object.entries(sending.headers ?? {})) {
        if (value === null) headers.delete(name)
        else headers.set(name, value)
      }
      return fetch(`${web.url}/slack/events`, { method: 'POST', headers, body })
    },
    close: web.close,
  }
}

export const envelope = (
  event: object = { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts: '1.2' },
) => JSON.stringify({ type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: 'Ev1', event })

export const form = (fields: Record<string, string>) => ({
  body: new URLSearchParams(fields).toString(),
  type: 'application/x-www-form-urlencoded',
})
