import type { Model, ModelEvent, ModelInfo, ReplyEnd, ReplyRequest } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import { chatModels } from './chat-models.ts'
import { chatStream } from './chat-stream.ts'
import type { Connection } from './connection.ts'
import { type Dialects, dialectMemory } from './dialects.ts'
import type { Finish } from './finish.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { type Opened, openStream } from './opening.ts'
import { responsesStream } from './responses-stream.ts'
import { estimatedUsage } from './usage.ts'
import { type Watch, watchCall } from './watch.ts'
import { refuseWebPage } from './web-page.ts'
import { toolWarnings, warningsFor } from './wishes.ts'

export function openAiModel(connection: Connection, api: 'responses' | 'chat'): Model {
  const dialects = dialectMemory(connection.endpoint.official)
  return {
    provider: 'openai',
    reply: (request, signal) => reply(connection, api, dialects, request, signal),
    models: (signal) => listModels(connection, signal),
  }
}

async function* reply(
  connection: Connection,
  api: 'responses' | 'chat',
  dialects: Dialects,
  request: ReplyRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { endpoint } = connection
  let occasion: Occasion = { endpoint, model: request.model, requestId: null, answered: false }
  const watch = watchCall(signal, endpoint.clock, () => plain('timeout', null, occasion))
  try {
    const opened = await openStream(connection, api, dialects, request, watch)
    const { requestId } = opened
    occasion = { ...occasion, requestId, answered: true }
    watch.rest()
    yield { kind: 'started', requestId }
    yield* warningsFor(request.model, request.parameters, opened.dialect)
    yield* toolWarnings(request.model, request.tools, opened.api, opened.dialect)
    yield* answer(opened, connection, request, occasion, watch)
  } catch (error) {
    throw toModelError(error, occasion)
  } finally {
    watch.close()
  }
}

async function* answer(
  opened: Opened,
  connection: Connection,
  request: ReplyRequest,
  occasion: Occasion,
  watch: Watch,
): AsyncGenerator<ModelEvent> {
  const events =
    opened.api === 'responses'
      ? responsesStream(opened.stream, connection, occasion, watch)
      : chatStream(opened.stream, connection, occasion, watch)
  let written = 0
  for await (const event of events) {
    if (event.kind === 'finish') {
      yield { kind: 'end', end: endOf(event.finish, request, written, occasion) }
      continue
    }
    if (event.kind === 'text' || event.kind === 'reasoning') written += event.delta.length
    yield event
  }
}

function endOf(finish: Finish, request: ReplyRequest, written: number, { requestId }: Occasion): ReplyEnd {
  return {
    reason: finish.reason,
    model: finish.model || request.model,
    usage: finish.usage ?? estimatedUsage(request, written),
    requestId,
  }
}

async function listModels(connection: Connection, signal: AbortSignal): Promise<readonly ModelInfo[]> {
  return callOnce(connection, null, signal, async (client, inner) => {
    const { data, response } = await client.models.list({ signal: inner }).withResponse()
    refuseWebPage(response, connection.endpoint)
    return chatModels(data.data.map(({ id, shutdown_date }) => ({ id, shutdownDate: shutdown_date ?? null })))
  })
}
