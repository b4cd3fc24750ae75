import { createHmac } from 'node:crypto'
import { typeOf } from './envelope.ts'
import type { OpenLedger, PostEntry } from './ledger.ts'
import { wait } from './server.ts'
import type { Delivery, World } from './world.ts'

export interface Said {
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

export interface RawRequest {
  readonly body: string
  readonly type?: string
  /** Seconds since the epoch; absent = now. null = no such header. */
  readonly timestamp?: string | number | null
  /** Absent = the right one. null = no such header. */
  readonly signature?: string | null
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `v0=…` over timestamp and body. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

/** Deliveries by HTTP: signed, 3 s for an answer, tried again at once and then later. */
export function createHttpDelivery(
  world: World,
  ledger: OpenLedger,
  latency: () => number,
  retryMs: readonly number[],
  timeoutMs: number,
) {
  let target: string | null = null
  const ended = new AbortController()

  async function send(request: RawRequest): Promise<Said> {
    if (target === null) throw new Error('slack.http.to(url) comes first')
    const timestamp = request.timestamp === undefined ? Math.floor(world.now() / 1000) : request.timestamp
    const signature =
      request.signature === undefined
        ? signatureOf(world.signingSecret, String(timestamp ?? ''), request.body)
        : request.signature
    const response = await fetch(target, {
      method: request.method ?? 'POST',
      ...(request.method === 'GET' ? {} : { body: request.body }),
      headers: {
        'content-type': request.type ?? 'application/json',
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...(timestamp === null ? {} : { 'x-slack-request-timestamp': String(timestamp) }),
        ...(signature === null ? {} : { 'x-slack-signature': signature }),
        ...request.headers,
      },
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ended.signal]),
    })
    return { status: response.status, body: await response.text(), headers: response.headers }
  }

  async function once(
    delivery: Delivery,
    attempt: number,
    reason: string,
  ): Promise<{ entry: PostEntry; said: Said | null; why: string }> {
    const entry: PostEntry = {
      at: world.now(),
      kind: delivery.kind,
      type: typeOf(delivery),
      eventId: typeof delivery.payload.event_id === 'string' ? delivery.payload.event_id : null,
      attempt,
      status: 0,
      body: '',
      durationMs: null,
    }
    ledger.posts.push(entry)
    const oneWay = latency() / 2
    if (oneWay > 0) await wait(oneWay)
    const began = performance.now()
    try {
      const said = await send({
        ...bodyOf(delivery),
        headers:
          attempt === 0 ? {} : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason },
      })
      entry.status = said.status
      entry.body = said.body
      entry.durationMs = performance.now() - began
      return { entry, said: said.status >= 200 && said.status < 300 ? said : null, why: 'http_error' }
    } catch (error) {
      entry.durationMs = performance.now() - began
      return {
        entry,
        said: null,
        why: error instanceof Error && error.name === 'TimeoutError' ? 'http_timeout' : 'connection_failed',
      }
    } finally {
      ledger.changed()
    }
  }

  async function deliver(delivery: Delivery): Promise<void> {
    let reason = ''
    const most = delivery.kind === 'events_api' ? retryMs.length : 0
    for (let attempt = 0; attempt <= most && !ended.signal.aborted; attempt++) {
      const pause = attempt === 0 ? 0 : retryMs[attempt - 1]!
      if (pause > 0) await paused(pause, ended.signal)
      if (ended.signal.aborted) return
      const { entry, said, why } = await once(delivery, attempt, reason)
      if (said !== null) return delivery.acknowledged?.(parsed(said), entry.durationMs ?? 0)
      reason = why
    }
    delivery.failed?.(reason)
  }

  return {
    active: () => target !== null,
    hand(delivery: Delivery) {
      deliver(delivery).catch((error: unknown) =>
        process.emitWarning(error instanceof Error ? error : String(error)),
      )
    },
    controls: {
      /** From now on everything is delivered to this address; null = by sockets. */
      to(url: string | null) {
        target = url
      },
      /** Any request, signed well or badly. */
      send,
      signature: (timestamp: string, body: string) => signatureOf(world.signingSecret, timestamp, body),
      /** What Slack sends when the address is entered in the app's settings; resolves to whether it was accepted. */
      async verify(): Promise<boolean> {
        const challenge = `challenge-${world.id('X')}`
        const said = await send({ body: JSON.stringify({ token: 'x', challenge, type: 'url_verification' }) })
        return said.status === 200 && said.body.includes(challenge)
      },
    },
    close: () => ended.abort(),
  }
}

export type HttpControls = ReturnType<typeof createHttpDelivery>['controls']

function bodyOf({ kind, payload }: Delivery): { body: string; type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' }
  const type = 'application/x-www-form-urlencoded'
  if (kind === 'interactive')
    return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), type }
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])
  return { body: new URLSearchParams(fields).toString(), type }
}

/** What was acknowledged with: JSON, a text, or nothing. */
function parsed({ body }: Said): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}

const paused = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    timer.unref()
    function done() {
      signal.removeEventListener('abort', done)
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
