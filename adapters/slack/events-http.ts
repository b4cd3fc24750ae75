import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { WebRoute } from '../../src/ports/web-route.ts'
import { TooSlow, within } from '../../src/within.ts'
import type { Body } from './app.ts'
import type { Answer } from './dispatching.ts'
import { verdictOn } from './signature.ts'

const mebibyte = 1_048_576
/** Milliseconds for a whole body. Slack sends small ones, and waits three seconds for the answer. */
const bodyWithin = 5_000
/** Milliseconds between two lines of the log about requests that are refused for the same reason. */
const restMs = 60_000

type Refusal = Exclude<ReturnType<typeof verdictOn>, 'genuine'>

/** All that Slack sends over HTTP comes to one address: events, commands and what people do with buttons and forms. */
export function createEventsRoute(parts: {
  readonly secret: string
  readonly take: (body: Body) => Promise<Answer>
  readonly clock: Clock
  readonly log: Logger
  /** Milliseconds. */
  readonly bodyWithin?: number
}): WebRoute {
  const { secret, clock, log } = parts

  async function handle(request: Request): Promise<Response> {
    const bytes = await read(request)
    if (!(bytes instanceof Uint8Array)) return bytes
    const verdict = verdictOn(
      {
        timestamp: request.headers.get('x-slack-request-timestamp'),
        signature: request.headers.get('x-slack-signature'),
        body: bytes,
      },
      secret,
      clock.now(),
    )
    if (verdict !== 'genuine') {
      tell(verdict)
      return problem(401, words[verdict])
    }
    const body = bodyOf(bytes, request.headers.get('content-type') ?? '')
    if (body === null) return problem(400, 'The body is neither JSON nor a form as Slack sends it.')
    if (body.type === 'url_verification' && typeof body.challenge === 'string')
      return Response.json({ challenge: body.challenge.slice(0, 1_000) })
    if (body.ssl_check !== undefined) return new Response(null, { status: 200 })
    return responseOf(await parts.take(body))
  }

  const told = new Map<Refusal, { readonly at: number; times: number }>()

  /** Anybody can send such requests: one line a minute and kind. `times`: since the last line. */
  function tell(verdict: Refusal): void {
    const last = told.get(verdict)
    if (last && clock.elapsed() - last.at < restMs) {
      last.times++
      return
    }
    told.set(verdict, { at: clock.elapsed(), times: 0 })
    log.warn({ verdict, times: (last?.times ?? 0) + 1 }, 'A request to /slack/events was refused')
  }

  /** The whole body, or why it is not read. */
  async function read(request: Request): Promise<Uint8Array | Response> {
    if (Number(request.headers.get('content-length') ?? 0) > mebibyte) return tooLarge()
    const reader = request.body?.getReader()
    if (!reader) return new Uint8Array()
    const chunks: Uint8Array[] = []
    let size = 0
    try {
      return await within({ clock, limit: parts.bodyWithin ?? bodyWithin }, async () => {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return Buffer.concat(chunks)
          size += value.length
          if (size > mebibyte) return tooLarge()
          chunks.push(value)
        }
      })
    } catch (error) {
      if (error instanceof TooSlow) return problem(408, 'The body of the request came too slowly.')
      return problem(400, 'The request ended before its body was complete.')
    } finally {
      // Lets go of the rest. Not awaited: a read may be waiting for the sender.
      reader.cancel().catch(() => undefined)
    }
  }

  return { method: 'POST', path: '/slack/events', handle }
}

const words = {
  unsigned: 'This is not signed as Slack signs its requests.',
  stale: 'The signature is older than five minutes, or from the future. Is the clock of this machine right?',
  forged: 'The signature is wrong: SLACK_SIGNING_SECRET is not that of the app that sent this.',
} as const

const problem = (status: number, error: string): Response => Response.json({ error }, { status })

const tooLarge = (): Response => problem(413, 'More than 1 MB in one request.')

function responseOf(answer: Answer): Response {
  if (answer.kind === 'again')
    return Response.json(
      { error: 'Parley could not take this in just now. Deliver it again.' },
      { status: 503, headers: { 'retry-after': '1' } },
    )
  if (answer.body === undefined) return new Response(null, { status: 200 })
  if (typeof answer.body === 'string') return new Response(answer.body)
  return Response.json(answer.body)
}

/** JSON; or a form, whose field `payload` holds JSON where a person used a button or a form. */
function bodyOf(bytes: Uint8Array, type: string): Body | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return asBody(JSON.parse(text))
    const form = new URLSearchParams(text)
    const payload = form.get('payload')
    return payload === null ? Object.fromEntries(form) : asBody(JSON.parse(payload))
  } catch {
    // Not JSON, or not UTF-8: the caller is told so.
    return null
  }
}

const asBody = (value: unknown): Body | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null
