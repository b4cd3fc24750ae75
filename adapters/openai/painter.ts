import type OpenAI from 'openai'
import { toFile } from 'openai'
import { APIError } from 'openai/error'
import { ModelError } from '../../src/ports/failure.ts'
import type { Painter, Painting, PaintRequest } from '../../src/ports/model.ts'
import type { Connection } from './connection.ts'
import { serverOf } from './endpoint.ts'
import { leaveOutRefused } from './leave-out.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { problemOf } from './problem.ts'
import { safeRequestId } from './request-id.ts'
import { usageOfPicture } from './usage.ts'
import { type Watch, watchCall } from './watch.ts'
import { withRequest } from './words.ts'

type Events = AsyncIterable<OpenAI.ImageGenStreamEvent | OpenAI.ImageEditStreamEvent>
type Answer = Events | OpenAI.ImagesResponse

/** Pictures on the way to the finished one. */
const PARTIALS = 2

export function openAiPainter(connection: Connection): Painter {
  return { paint: (request, signal) => paint(connection, request, signal) }
}

async function* paint(
  connection: Connection,
  request: PaintRequest,
  signal: AbortSignal,
): AsyncGenerator<Painting> {
  const { endpoint, timeouts } = connection
  let occasion: Occasion = { endpoint, model: request.model, requestId: null, answered: false }
  const watch = watchCall(signal, endpoint.clock, () => plain('timeout', null, occasion))
  try {
    const client = await watch.wait(connection.client(watch.signal))
    watch.allow(timeouts.callMs)
    const answer = await watch.wait(start(client, endpoint.official, request, watch.signal))
    watch.rest()
    if (isStream(answer)) {
      occasion = { ...occasion, answered: true }
      yield* paintings(answer, watch, timeouts.callMs, occasion)
    } else yield onlyPainting(answer, endpoint.provider)
  } catch (error) {
    throw notAllowed(error, occasion) ?? toModelError(error, occasion)
  } finally {
    watch.close()
  }
}

/** With pictures on the way where model and server offer them, else in one piece. */
async function start(
  client: OpenAI,
  official: boolean,
  request: PaintRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const { model, prompt, size, images = [] } = request
  const body = { model, prompt, ...(size !== undefined && { size }) }
  const image = await Promise.all(
    images.map(({ bytes, type }, index) => toFile(bytes, `picture${index + 1}.${endingOf(type)}`, { type })),
  )
  const streaming = official ? { stream: true, partial_images: PARTIALS } : {}
  return leaveOutRefused(streaming, async (fields): Promise<Answer> => {
    const streamed = { ...body, ...fields, stream: true } as const
    if (image.length > 0)
      return fields.stream === true
        ? client.images.edit({ ...streamed, image }, { signal })
        : client.images.edit({ ...body, image }, { signal })
    return fields.stream === true
      ? client.images.generate(streamed, { signal })
      : client.images.generate(body, { signal })
  })
}

/** `image/jpeg` -> `jpeg`. The bytes are ours, and so is their name: people's names stay here. */
const endingOf = (type: string): string => /^image\/(\w+)$/.exec(type)?.[1] ?? 'png'

const NOT_ALLOWED = new Set(['moderation_blocked', 'content_policy_violation'])

/** What the provider's safety system refuses; null: it is another failure. */
function notAllowed(error: unknown, { endpoint, requestId }: Occasion): ModelError | null {
  if (!(error instanceof APIError)) return null
  const problem = problemOf(error, endpoint.clock.now())
  if (!NOT_ALLOWED.has(problem.code ?? '')) return null
  const id = safeRequestId(problem.requestId ?? requestId, endpoint.scrub)
  const words = `The safety rules of ${endpoint.provider} don't allow this picture. Ask for another one, or put it in other words.`
  const details = { requestId: id, status: problem.status, server: serverOf(endpoint) }
  return new ModelError('bad_request', withRequest(words, id), details)
}

/** A web page at a wrong address comes as a string. */
function isStream(answer: Answer): answer is Events {
  return typeof answer === 'object' && Symbol.asyncIterator in answer
}

async function* paintings(
  stream: Events,
  watch: Watch,
  silenceMs: number,
  occasion: Occasion,
): AsyncGenerator<Painting> {
  const events = stream[Symbol.asyncIterator]()
  for (;;) {
    watch.allow(silenceMs)
    const next = await watch.wait(events.next())
    watch.rest()
    if (next.done) throw plain('cut', null, occasion)
    const event = next.value
    switch (event.type) {
      case 'image_generation.partial_image':
      case 'image_edit.partial_image':
        yield painting(event.b64_json, event.output_format, false)
        break
      case 'image_generation.completed':
      case 'image_edit.completed':
        yield {
          ...painting(event.b64_json, event.output_format, true),
          usage: usageOfPicture(event.usage),
        }
        return
    }
  }
}

function onlyPainting(answer: OpenAI.ImagesResponse, provider: string): Painting {
  const base64 = answer.data?.[0]?.b64_json
  if (!base64)
    throw new ModelError('server', `${provider} sent no picture. Try again, or choose another image model.`)
  return { ...painting(base64, answer.output_format, true), usage: usageOfPicture(answer.usage) }
}

function painting(base64: string, format: string | undefined, final: boolean): Painting {
  return { bytes: Buffer.from(base64, 'base64'), type: `image/${format ?? 'png'}`, final }
}
