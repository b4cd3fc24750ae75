import type OpenAI from 'openai'
import { ModelError } from '../../src/ports/failure.ts'
import type { Painter, Painting, PaintRequest } from '../../src/ports/model.ts'
import type { Connection } from './connection.ts'
import { leaveOutRefused } from './leave-out.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { type Watch, watchCall } from './watch.ts'

type Events = AsyncIterable<OpenAI.ImageGenStreamEvent>
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
    throw toModelError(error, occasion)
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
  const { model, prompt, size } = request
  const body = { model, prompt, ...(size !== undefined && { size }) }
  const streaming = official ? { stream: true, partial_images: PARTIALS } : {}
  return leaveOutRefused(streaming, async (fields): Promise<Answer> => {
    if (fields.stream !== true) return client.images.generate(body, { signal })
    return client.images.generate({ ...body, ...fields, stream: true }, { signal })
  })
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
    const { type, b64_json, output_format } = next.value
    const final = type === 'image_generation.completed'
    if (final || type === 'image_generation.partial_image') yield painting(b64_json, output_format, final)
    if (final) return
  }
}

function onlyPainting(answer: OpenAI.ImagesResponse, provider: string): Painting {
  const base64 = answer.data?.[0]?.b64_json
  if (!base64)
    throw new ModelError('server', `${provider} sent no picture. Try again, or choose another image model.`)
  return painting(base64, answer.output_format, true)
}

function painting(base64: string, format: string | undefined, final: boolean): Painting {
  return { bytes: Buffer.from(base64, 'base64'), type: `image/${format ?? 'png'}`, final }
}
