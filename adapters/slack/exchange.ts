import { AsyncLocalStorage } from 'node:async_hooks'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'

/** One request on its way, and what came back. */
export interface Exchange {
  readonly signal: AbortSignal
  /** It was handed to the network: from here on it may have arrived. */
  begun: boolean
  answer: Answer | null
  failure: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
}

/** A page of a thousand full messages stays far below. */
const LARGEST_ANSWER = 16 * 1024 * 1024

const current = new AsyncLocalStorage<Exchange>()

/** Notes in `exchange` what the one request made by `run` comes to. */
export const observed = <T>(exchange: Exchange, run: () => Promise<T>): Promise<T> =>
  current.run(exchange, run)

/**
 * The `fetch` given to Slack's SDK. What came is kept in the exchange, and the SDK is shown an empty success: it would
 * log failures, wait for rate limits, and write each answer out for a debug log that nobody reads. Over node:http, which
 * takes less of the processor than Node's own `fetch`; its global agent keeps connections and heeds the machine's proxy.
 */
export const observingFetch: typeof fetch = async (input, init) => {
  const exchange = current.getStore()
  if (!exchange) throw new Error('A request to Slack that nobody observes')
  try {
    exchange.answer = await post(exchange, String(input), init)
  } catch (error) {
    exchange.failure = error
  }
  return nothing
}

/** As much of a Response as the SDK looks at. */
const nothing = {
  status: 200,
  ok: true,
  url: '',
  headers: new Headers(),
  text: async () => '{"ok":true}',
} as unknown as Response

function post(exchange: Exchange, address: string, init: RequestInit | undefined): Promise<Answer> {
  const body = String(init?.body ?? '')
  const url = new URL(address)
  const headers = { ...(init?.headers as Record<string, string>), 'Content-Length': Buffer.byteLength(body) }
  const { request } = url.protocol === 'https:' ? https : http
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const { signal } = exchange
  exchange.begun = true
  const sent = request(url, { method: init?.method ?? 'POST', headers, signal }, (response) => {
    read(response).then(resolve, reject)
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    // Leaving the loop destroys the connection.
    if (size > LARGEST_ANSWER) throw new Error(`Slack's answer is larger than ${LARGEST_ANSWER} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML, or nothing at all.
    return text
  }
}
