import type OpenAI from 'openai'
import { toFile } from 'openai'
import { APIError } from 'openai/error'
import { ModelError } from '../../src/ports/failure.ts'
import type { Painter, Painting, PaintRequest } from '../../src/ports/model.ts'
import type { Connection } from './connection.ts'
import { serverOf } from './endpoint.ts'
import { createLeftOut, type LeftOut, leaveOutForGood } from './leave-out.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { pictureType } from './picture-type.ts'
import { problemOf } from './problem.ts'
import { safeRequestId } from './request-id.ts'
import { serverSentEvents } from './server-sent-events.ts'
import { usageOfPicture } from './usage.ts'
import { type Watch, watchCall } from './watch.ts'
import { refuseWebPage } from './web-page.ts'
import { withRequest } from './words.ts'

type Event = OpenAI.ImageGenStreamEvent | OpenAI.ImageEditStreamEvent

/** Pictures on the way to the finished one. */
const PARTIALS = 2

export function openAiPainter(connection: Connection): Painter {
  const left = createLeftOut()
  return { paint: (request, signal) => paint(connection, left, request, signal) }
}

async function* paint(
  connection: Connection,
  left: LeftOut,
  request: PaintRequest,
  signal: AbortSignal,
): AsyncGenerator<Painting> {
  const { endpoint, timeouts } = connection
  let occasion: Occasion = { endpoint, model: request.model, requestId: null, answered: false }
  const watch = watchCall(signal, endpoint.clock, () => plain('timeout', null, occasion))
  try {
    const client = await watch.wait(connection.client(watch.signal))
    watch.allow(timeouts.callMs)
    const response = await watch.wait(start(client, left, request, watch.signal))
    watch.rest()
    refuseWebPage(response, endpoint)
    const requestId = safeRequestId(response.headers.get('x-request-id'), endpoint.scrub)
    occasion = { ...occasion, requestId, answered: true }
    if (isStream(response)) {
      yield* paintings(serverSentEvents<Event>(response), watch, timeouts.callMs, occasion)
      return
    }
    watch.allow(timeouts.callMs)
    const whole = await watch.wait(response.text())
    watch.rest()
    // All of it is there: what is wrong from here on was never a picture.
    occasion = { ...occasion, answered: false }
    yield onlyPainting(JSON.parse(whole), occasion)
  } catch (error) {
    throw notAllowed(error, occasion) ?? toModelError(error, occasion)
  } finally {
    watch.close()
  }
}

/** Asks for pictures on the way of every model: servers that don't know of them answer in one piece, or refuse. */
async function start(
  client: OpenAI,
  left: LeftOut,
  request: PaintRequest,
  signal: AbortSignal,
): Promise<Response> {
  const { model, prompt, size, images = [] } = request
  const body = { model, prompt, ...(size !== undefined && { size }) }
  const image = await Promise.all(
    images.map(({ bytes, type }, index) => toFile(bytes, `picture${index + 1}.${endingOf(type)}`, { type })),
  )
  const streaming = { stream: true, partial_images: PARTIALS }
  return leaveOutForGood<typeof streaming, Response>(
    streaming,
    async ({ stream, ...partial }) => {
      const asked = stream ? { ...body, ...partial, stream } : body
      const call =
        image.length > 0
          ? client.images.edit({ ...asked, image } as OpenAI.ImageEditParams, { signal })
          : client.images.generate(asked as OpenAI.ImageGenerateParams, { signal })
      return call.asResponse()
    },
    { model, left },
  )
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

/** By its type: many servers overlook that a stream was asked for. */
function isStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type')?.trim() ?? '')
}

async function* paintings(
  stream: AsyncIterable<readonly Event[]>,
  watch: Watch,
  silenceMs: number,
  occasion: Occasion,
): AsyncGenerator<Painting> {
  const batches = stream[Symbol.asyncIterator]()
  for (;;) {
    watch.allow(silenceMs)
    const next = await watch.wait(batches.next())
    watch.rest()
    if (next.done) throw plain('cut', null, occasion)
    for (const event of next.value)
      switch (event.type) {
        case 'image_generation.partial_image':
        case 'image_edit.partial_image': {
          const partial = painting(event.b64_json, false)
          if (partial !== null) yield partial
          break
        }
        case 'image_generation.completed':
        case 'image_edit.completed':
          yield finished(event.b64_json, event.usage, occasion)
          return
      }
  }
}

function onlyPainting(answer: OpenAI.ImagesResponse | null, occasion: Occasion): Painting {
  return finished(answer?.data?.[0]?.b64_json, answer?.usage, occasion)
}

function finished(
  base64: unknown,
  usage: Parameters<typeof usageOfPicture>[0],
  occasion: Occasion,
): Painting {
  const whole = painting(base64, true)
  if (whole !== null) return { ...whole, usage: usageOfPicture(usage) }
  const { endpoint, requestId } = occasion
  const words = `${endpoint.provider} sent no picture. Try again, or choose another image model.`
  throw new ModelError('server', withRequest(words, requestId), { requestId, server: serverOf(endpoint) })
}

/** null: these bytes are no picture. */
function painting(base64: unknown, final: boolean): Painting | null {
  if (typeof base64 !== 'string') return null
  const bytes = Buffer.from(base64, 'base64')
  const type = pictureType(bytes)
  return type === null ? null : { bytes, type, final }
}
