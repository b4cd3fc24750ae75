import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultRestOptions, type RESTOptions } from 'discord.js'
import { numberIn } from './buckets.ts'

/** One request on its way, and what came back: discord.js keeps the headers to itself. */
export interface Exchange {
  /** It was handed to the network: from here on it may have arrived. */
  begun: boolean
  answer: Answer | null
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
  readonly isJson: boolean
}

type MakeRequest = RESTOptions['makeRequest']

/** A page of a hundred full messages with their embeds and files stays far below. */
const LARGEST_ANSWER = 16 * 1024 * 1024

/** Seconds. Discord's longest windows are of ten minutes; only what it counts by the day pauses longer. */
const LONGEST_WINDOW_S = 3_600
const LONGEST_PAUSE_S = 86_400

const current = new AsyncLocalStorage<Exchange>()

/** Notes in `exchange` what the one request made by `run` comes to. */
export const observed = <T>(exchange: Exchange, run: () => Promise<T>): Promise<T> =>
  current.run(exchange, run)

/** The whole answer is read here, within discord.js's time limit, which counts no longer once the headers are there. */
export const makeRequest: MakeRequest = async (url, init) => {
  const exchange = current.getStore()
  if (exchange) exchange.begun = true
  const response = await DefaultRestOptions.makeRequest(url, init)
  const text = await textOf(response.body)
  const headers = sane(new Headers([...response.headers]))
  const parsed = parse(text)
  if (exchange) exchange.answer = { status: response.status, headers, ...parsed }
  const bytes = Buffer.from(text)
  return {
    body: null,
    bodyUsed: true,
    headers,
    ok: response.ok,
    status: response.status,
    statusText: response.statusText,
    arrayBuffer: async () =>
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    json: async () => parsed.body,
    text: async () => text,
  }
}

/** discord.js believes whatever stands there, and would keep a bucket closed for years. */
function sane(headers: Headers): Headers {
  const reset = numberIn(headers.get('x-ratelimit-reset-after'))
  if (reset === null || reset > LONGEST_WINDOW_S) headers.delete('x-ratelimit-reset-after')
  const retry = numberIn(headers.get('retry-after'))
  if (retry === null) headers.delete('retry-after')
  else if (retry > LONGEST_PAUSE_S) headers.set('retry-after', String(LONGEST_PAUSE_S))
  return headers
}

async function textOf(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > LARGEST_ANSWER) throw new Error(`Discord's answer is larger than ${LARGEST_ANSWER} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): Pick<Answer, 'body' | 'isJson'> {
  try {
    return { body: JSON.parse(text), isJson: true }
  } catch {
    // Cloudflare's HTML, or nothing at all.
    return { body: text, isJson: false }
  }
}
