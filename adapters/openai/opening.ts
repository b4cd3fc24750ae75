import type OpenAI from 'openai'
import type { APIPromise } from 'openai/core/api-promise'
import { APIError } from 'openai/error'
import type { ReplyRequest } from '../../src/ports/model.ts'
import { chatBody } from './chat-request.ts'
import type { Connection } from './connection.ts'
import { type Dialect, learn } from './dialect.ts'
import type { Dialects } from './dialects.ts'
import { problemOf } from './problem.ts'
import { responsesBody } from './responses-request.ts'
import type { Watch } from './watch.ts'
import { needsChat } from './wishes.ts'

/** A stream that the server has agreed to, and the dialect it agreed to. */
export type Opened = {
  readonly requestId: string | null
  readonly dialect: Dialect
  readonly contentType: string
} & (
  | { readonly api: 'responses'; readonly stream: AsyncIterable<OpenAI.Responses.ResponseStreamEvent> }
  | { readonly api: 'chat'; readonly stream: AsyncIterable<OpenAI.Chat.ChatCompletionChunk> }
)

type Answered<T> = { data: T; response: Response; request_id: string | null }

/** Opens the stream; leaves out what the model refuses, one field a try, until it agrees or refuses something else. */
export async function openStream(
  connection: Connection,
  api: 'responses' | 'chat',
  dialects: Dialects,
  request: ReplyRequest,
  watch: Watch,
): Promise<Opened> {
  const client = await watch.wait(connection.client())
  // Ends: each round either returns, throws, or makes the dialect narrower, which can happen about a dozen times.
  for (;;) {
    const dialect = dialects.of(request.model)
    try {
      return await tryOnce(client, connection, route(api, request, dialect), dialect, request, watch)
    } catch (error) {
      const next = afterRefusal(error, dialect, connection)
      if (next === null) throw error
      dialects.remember(request.model, next)
      connection.log.debug({ model: request.model, left: [...next.left] }, 'the model refused a parameter')
    }
  }
}

function route(api: 'responses' | 'chat', request: ReplyRequest, dialect: Dialect): 'responses' | 'chat' {
  return api === 'responses' && needsChat(request.parameters, dialect) ? 'chat' : api
}

async function tryOnce(
  client: OpenAI,
  { endpoint }: Connection,
  api: 'responses' | 'chat',
  dialect: Dialect,
  request: ReplyRequest,
  { wait, signal }: Watch,
): Promise<Opened> {
  if (api === 'responses') {
    const body = responsesBody(request, dialect, endpoint.official)
    return { api, dialect, ...(await opened(client.responses.create(body, { signal }), wait)) }
  }
  const body = chatBody(request, dialect, endpoint.official)
  return { api, dialect, ...(await opened(client.chat.completions.create(body, { signal }), wait)) }
}

async function opened<T>(
  call: APIPromise<T>,
  wait: Watch['wait'],
): Promise<{ stream: T; requestId: string | null; contentType: string }> {
  const { data, response, request_id }: Answered<T> = await wait(call.withResponse())
  return { stream: data, requestId: request_id, contentType: response.headers.get('content-type') ?? '' }
}

function afterRefusal(error: unknown, dialect: Dialect, { endpoint }: Connection): Dialect | null {
  return error instanceof APIError ? learn(dialect, problemOf(error, endpoint.clock.now())) : null
}
