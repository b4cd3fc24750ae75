import type OpenAI from 'openai'
import type { APIPromise } from 'openai/core/api-promise'
import { APIError } from 'openai/error'
import type { ReplyRequest } from '../../src/ports/model.ts'
import { chatBody } from './chat-request.ts'
import type { Connection } from './connection.ts'
import { type Dialect, learn, refusesChat } from './dialect.ts'
import type { Dialects } from './dialects.ts'
import type { Endpoint } from './endpoint.ts'
import { problemOf } from './problem.ts'
import { safeRequestId } from './request-id.ts'
import { responsesBody } from './responses-request.ts'
import { serverSentEvents } from './server-sent-events.ts'
import type { Watch } from './watch.ts'
import { refuseWebPage } from './web-page.ts'
import { needsChat } from './wishes.ts'

/** A stream that the server has agreed to, and the dialect it agreed to. */
export type Opened = {
  readonly requestId: string | null
  readonly dialect: Dialect
} & (
  | {
      readonly api: 'responses'
      readonly stream: AsyncIterable<readonly OpenAI.Responses.ResponseStreamEvent[]>
    }
  | { readonly api: 'chat'; readonly stream: AsyncIterable<readonly OpenAI.Chat.ChatCompletionChunk[]> }
)

/** Opens the stream; leaves out what the model refuses, one field a try, until it agrees or refuses something else. */
export async function openStream(
  connection: Connection,
  api: 'responses' | 'chat',
  dialects: Dialects,
  request: ReplyRequest,
  watch: Watch,
): Promise<Opened> {
  const { timeouts, log } = connection
  const client = await watch.wait(connection.client(watch.signal))
  // Ends: each round either returns, throws, or makes the dialect narrower, which can happen about a dozen times.
  for (;;) {
    const dialect = dialects.of(request.model)
    const way = route(api, request, dialect)
    // Responses agrees before it thinks; Chat Completions often says nothing, headers included, before the first word.
    watch.allow(way === 'responses' ? timeouts.headersMs : timeouts.thinkingMs)
    try {
      return await tryOnce(client, connection, way, dialect, request, watch)
    } catch (error) {
      const next = afterRefusal(error, dialect, connection, way !== api)
      if (next === null) throw error
      dialects.remember(request.model, next)
      log.debug(
        { model: request.model, left: [...next.left], chat: next.chat },
        'the model refused something',
      )
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
    return {
      api,
      dialect,
      ...(await opened<OpenAI.Responses.ResponseStreamEvent>(
        client.responses.create(body, { signal }),
        endpoint,
        wait,
      )),
    }
  }
  const body = chatBody(request, dialect, endpoint.official)
  return {
    api,
    dialect,
    ...(await opened<OpenAI.Chat.ChatCompletionChunk>(
      client.chat.completions.create(body, { signal }),
      endpoint,
      wait,
    )),
  }
}

async function opened<T>(
  call: APIPromise<unknown>,
  endpoint: Endpoint,
  wait: Watch['wait'],
): Promise<{ stream: AsyncIterable<readonly T[]>; requestId: string | null }> {
  const response = await wait(call.asResponse())
  refuseWebPage(response, endpoint)
  const requestId = safeRequestId(response.headers.get('x-request-id'), endpoint.scrub)
  return { stream: serverSentEvents<T>(response), requestId }
}

/** `detour`: the request went through Chat Completions for a wish's sake alone. */
function afterRefusal(
  error: unknown,
  dialect: Dialect,
  { endpoint }: Connection,
  detour: boolean,
): Dialect | null {
  if (!(error instanceof APIError)) return null
  const problem = problemOf(error, endpoint.clock.now())
  const learnt = learn(dialect, problem)
  if (learnt === null && detour && refusesChat(problem)) return { ...dialect, chat: false }
  return learnt
}
