import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createArrivals } from './arrivals.ts'
import { echo } from './echo.ts'
import { images } from './image-routes.ts'
import { transcription } from './media-routes.ts'
import { perform } from './perform.ts'
import { fieldsOf, type Received, receive } from './received.ts'
import { refusalOf } from './refusals.ts'
import type { Fault, Planned, Reply, Script } from './script.ts'
import { speech } from './speech-route.ts'
import { embeddings, modelList, moderations } from './text-routes.ts'
import { sendError } from './wire-error.ts'

export interface OpenAiFakeOptions {
  /** The one key that is right; null or absent = any, or none. */
  readonly key?: string | null
  /** Name -> shutdown date. */
  readonly models?: Readonly<Record<string, string | null>>
  /** Between the words of the echo. */
  readonly tokenDelayMs?: number
}

export interface OpenAiFake {
  /** Ends in `/v1`. */
  readonly url: string
  /** Every request that came, in order, refused ones too. */
  readonly ledger: readonly Received[]
  /**
   * What the next requests for an answer get, one each; then the echo again. Faults hit any POST, and scripts with
   * pictures in them those for a painting too.
   */
  next(...planned: Planned[]): void
  /** What every request gets that nothing is planned for; null = the echo. */
  always(planned: Planned | null): void
  /** From now on this model refuses these fields (or the roles `developer` or `system`) with a 400. */
  refuse(model: string, ...fields: string[]): void
  /** From now on pictures come in one piece, whatever was asked for: most compatible servers don't know `stream` there. */
  ignoreStreams(): void
  /** The `count`th request, as soon as it is there; rejects when it has not come within 5 seconds. */
  arrival(count: number): Promise<Received>
  close(): Promise<void>
}

const MODELS: Readonly<Record<string, string | null>> = {
  'gpt-6.1-terra': null,
  'gpt-6.1-sol': null,
  'gpt-6-luna': null,
  'gpt-4.1': '2027-01-14',
  'gpt-transcribe': null,
  'gpt-4o-mini-tts': '2027-01-06',
  'gpt-image-2.5-flare': null,
  'omni-moderation-latest': null,
  'text-embedding-3-small': null,
}

/** OpenAI as a server on this machine: its wire, its refusals, and the faults a test asks for. */
export async function startOpenAiFake(options: OpenAiFakeOptions = {}): Promise<OpenAiFake> {
  const { key = null, models = MODELS, tokenDelayMs = 0 } = options
  const ledger: Received[] = []
  const planned: Planned[] = []
  const refused = new Map<string, string[]>()
  const arrivals = createArrivals(ledger)
  const stop = new AbortController()
  let standing: Planned | null = null
  let requests = 0
  let streams = true

  const record = (received: Received): void => {
    ledger.push(received)
    arrivals.look()
  }
  const plan = (received: Received): Reply | null => {
    const next = planned.shift() ?? standing
    return typeof next === 'function' ? next(received) : next
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = `req_fake_${String(++requests).padStart(6, '0')}`
    response.setHeader('x-request-id', id)
    const received = await receive(request, response, id, key)
    record(received)
    if (!received.authorized) return sendError(response, wrongKey(received))
    if (received.method === 'GET' && received.path === '/models') return modelList(models, response)
    const reply = plan(received)
    if (reply !== null && isFault(reply)) return fail(reply, response)
    const { model } = fieldsOf(received)
    const refusal = refusalOf(received, Object.keys(models), refused.get(String(model)) ?? [])
    if (refusal !== null) {
      // The plan was for an answer: it is for the next try.
      if (reply !== null && reply !== standing) planned.unshift(reply)
      return sendError(response, refusal)
    }
    const isPainted = received.path.startsWith('/images/') && reply !== null && paints(reply)
    if (!isReply(received) && !isPainted) return sibling(received, response, streams)
    await perform(reply ?? echo(received, tokenDelayMs), received, response, stop.signal)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendError(response, { status: 400, message: `The fake can't read this request: ${String(error)}` })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}/v1`,
    ledger,
    next: (...replies) => void planned.push(...replies),
    always(reply) {
      standing = reply
    },
    refuse: (model, ...fields) => void refused.set(model, fields),
    ignoreStreams() {
      streams = false
    },
    arrival: (count) => arrivals.of(count),
    async close() {
      stop.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function isReply({ path }: Received): boolean {
  return path === '/responses' || path === '/chat/completions'
}

const paints = (reply: Script): boolean => reply.beats.some(({ kind }) => kind === 'image')

function isFault(reply: Reply): reply is Fault {
  return reply.kind !== undefined && reply.kind !== 'script'
}

function fail(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case 'hang':
      return
    case 'drop':
      response.socket?.resetAndDestroy()
      return
    case 'bytes':
      response.writeHead(fault.status, fault.headers)
      response.end(fault.bytes)
      return
    case 'status': {
      if (fault.body !== undefined) {
        response.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers })
        response.end(fault.body)
        return
      }
      sendError(response, { ...fault, message: fault.message ?? `Status ${fault.status}` }, fault.headers)
    }
  }
}

type Route = (received: Received, response: ServerResponse, streams: boolean) => void
const SIBLINGS: Readonly<Record<string, Route>> = {
  '/audio/speech': speech,
  '/audio/transcriptions': transcription,
  '/images/generations': images,
  '/images/edits': images,
  '/embeddings': embeddings,
  '/moderations': moderations,
}

function sibling(received: Received, response: ServerResponse, streams: boolean): void {
  const route = SIBLINGS[received.path]
  if (route !== undefined) route(received, response, streams)
  else sendError(response, { status: 404, message: `Invalid URL (${received.method} /v1${received.path})` })
}

function wrongKey({ authorization }: Received): { status: number; message: string; code: string } {
  // OpenAI quotes the key it got, in part; a hostile or careless server quotes all of it.
  const message = `Incorrect API key provided: ${authorization ?? '(none)'}. You can find your API key in your account.`
  return { status: 401, message, code: 'invalid_api_key' }
}
