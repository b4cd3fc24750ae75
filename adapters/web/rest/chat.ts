import type { Context } from 'hono'
import type { Direct, DirectEnd, DirectRequest } from '../../../src/conversation/direct-port.ts'
import { Refused } from '../../../src/conversation/refused.ts'
import type { Chance, Clock } from '../../../src/ports/clock.ts'
import { TooSlow, within } from '../../../src/within.ts'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Timing } from '../options.ts'
import { problemOf } from '../problem.ts'
import { clientOf, type Frames, frame, sseResponse } from '../sse.ts'
import { type Asked, readChat } from './chat-body.ts'

export interface ChatParts {
  readonly direct: Direct
  readonly bodies: BodyReader
  readonly clock: Clock
  readonly chance: Chance
  readonly timing: Timing
  readonly report: (error: unknown, requestId: string) => void
}

/** A refusal comes before the model is called; so long a stream waits for one, to answer with its status. */
const refusalMs = 1_000
/** The same where files have to be read first. */
const refusalOfFilesMs = 10_000

/** POST /chat: the whole answer at once. */
export async function chat(c: Context<WebEnv>, parts: ChatParts): Promise<Response> {
  const asked = readChat(await parts.bodies.json(c.env.incoming))
  const warnings = [...asked.warnings]
  let end: DirectEnd | null = null
  for await (const event of parts.direct(requestOf(c, asked, parts.chance), c.req.raw.signal)) {
    if (event.kind === 'warning') warnings.push(event.words)
    if (event.kind === 'end') end = event.end
  }
  if (!end) throw new Error('The engine ended without an end')
  return c.json({
    response: end.text,
    conversation: [
      ...asked.request.history,
      { role: 'user', content: asked.request.message },
      { role: 'assistant', content: end.text },
    ],
    ...summary(end, warnings),
  })
}

/** POST /chat/stream: the same as Server-Sent Events, while it is written. */
export async function chatStream(c: Context<WebEnv>, parts: ChatParts): Promise<Response> {
  const asked = readChat(await parts.bodies.json(c.env.incoming))
  const { signal } = c.req.raw
  const events = parts.direct(requestOf(c, asked, parts.chance), signal)[Symbol.asyncIterator]()
  const warnings = [...asked.warnings]
  const requestId = c.get('requestId')
  const settled = settle(events.next())
  await orRefused(settled, parts.clock, asked.request)

  let first: typeof settled | null = settled
  let over = false

  async function next(): Promise<string | null> {
    while (!over) {
      const step = await (first ?? settle(events.next()))
      first = null
      if ('error' in step) return failure(step.error)
      if (step.done) return failure(new Error('The engine ended without an end'))
      const event = step.value
      if (event.kind === 'text' && event.delta !== '') return frame({ content: event.delta })
      if (event.kind === 'warning') warnings.push(event.words)
      if (event.kind === 'end') {
        over = true
        return frame({ done: true, ...summary(event.end, warnings) })
      }
    }
    return null
  }

  function failure(error: unknown): string | null {
    over = true
    if (signal.aborted) return null
    parts.report(error, requestId)
    return frame({ error: problemOf(error, requestId).message, request_id: requestId })
  }

  const frames: Frames = {
    next,
    closed: () => {
      events.return?.().catch((error: unknown) => parts.report(error, requestId))
    },
  }
  return sseResponse(frames, clientOf(c), parts)
}

type Settled<T> =
  | { readonly error: unknown }
  | { readonly done: true }
  | { readonly done: false; readonly value: T }

/** A step of an iterator that never rejects, so that it may wait unobserved. */
function settle<T>(step: Promise<IteratorResult<T>>): Promise<Settled<T>> {
  return step.then(
    (result) => (result.done ? { done: true } : { done: false, value: result.value }),
    (error: unknown) => ({ error }),
  )
}

async function orRefused<T>(
  first: Promise<Settled<T>>,
  clock: Clock,
  { images, files = [] }: Asked['request'],
): Promise<void> {
  const limit = images.length + files.length > 0 ? refusalOfFilesMs : refusalMs
  try {
    const step = await within({ clock, limit }, () => first)
    if ('error' in step && step.error instanceof Refused) throw step.error
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error
  }
}

/** The turn's id books its money. Callers choose their request ids, so those would let them pay once for many. */
function requestOf(c: Context<WebEnv>, asked: Asked, chance: Chance): DirectRequest {
  const person = c.get('caller')
  return {
    ...asked.request,
    turn: `rest_${chance.uuid()}`,
    spender: { platform: 'rest', workspace: 'local', channel: 'chat', person },
  }
}

function summary(end: DirectEnd, warnings: readonly string[]) {
  return {
    model: end.model,
    reason: end.reason,
    usage: {
      prompt_tokens: end.usage.inputTokens,
      completion_tokens: end.usage.outputTokens,
      total_tokens: end.usage.inputTokens + end.usage.outputTokens,
      cost_usd: end.costUsd,
    },
    ...(warnings.length > 0 && { warnings }),
  }
}
