import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { sips } from './sips.ts'

/** As undici's. */
const CONNECT_MS = 10_000

/** Paused sockets shall stop at once, and not after 64 KiB. */
const options = { keepAlive: true, highWaterMark: 1 }
const http = new HttpAgent(options)
const https = new HttpsAgent(options)

/**
 * A fetch for one kind of request, a POST of a string whose answer streams, that reads its socket in sips (see
 * `sips`): a token a packet costs Node's own fetch 30 µs each, at 500 answers more than a core has. Follows no
 * redirect, knows no proxy, and has no limit but that on connecting: the caller's signal must hold the time.
 */
export const streamFetch: typeof fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  const { body, signal } = init ?? {}
  const headers = { 'accept-encoding': 'identity', ...Object.fromEntries(new Headers(init?.headers)) }
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const [agent, send] = url.protocol === 'https:' ? [https, httpsRequest] : [http, httpRequest]
    const request = send(url, { method: 'POST', agent, headers })
    const abort = (): void => {
      request.destroy(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    request.on('close', () => signal?.removeEventListener('abort', abort))
    const late = setTimeout(() => {
      request.destroy(Object.assign(new Error('The connection took too long'), { code: 'ETIMEDOUT' }))
    }, CONNECT_MS)
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(late))
      else clearTimeout(late)
    })
    // After the response has come its body tells what went wrong.
    request.on('error', (error) => {
      clearTimeout(late)
      reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause: error }))
    })
    request.on('response', (message) => {
      try {
        resolve(responseOf(message))
      } catch (error) {
        request.destroy()
        reject(error)
      }
    })
    request.end(typeof body === 'string' ? body : undefined)
  })
}

function responseOf(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  const isBodiless = status === 204 || status === 205 || status === 304
  if (isBodiless) message.resume()
  return new Response(isBodiless ? null : sips(message, unzipped(message)), {
    status,
    statusText: message.statusMessage ?? '',
    headers,
  })
}

/** Nobody asked for it to be zipped; some proxies do it nevertheless. */
function unzipped(message: IncomingMessage): Readable {
  switch (message.headers['content-encoding']?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return message.pipe(createGunzip())
    case 'deflate':
      return message.pipe(createInflate())
    case 'br':
      return message.pipe(createBrotliDecompress())
    default:
      return message
  }
}
