import type OpenAI from 'openai'
import { ModelError } from '../../src/ports/failure.ts'
import type { Speaker, SpeakRequest } from '../../src/ports/model.ts'
import type { Connection } from './connection.ts'
import { serverOf } from './endpoint.ts'
import { leaveOutRefused } from './leave-out.ts'
import { type Occasion, plain, toModelError } from './model-error.ts'
import { safeRequestId } from './request-id.ts'
import { type Watch, watchCall } from './watch.ts'
import { refuseWebPage } from './web-page.ts'
import { withRequest } from './words.ts'

/** OpenAI's limit for one call. */
const LONGEST_TEXT = 4096

export function openAiSpeaker(connection: Connection): Speaker {
  return { speak: (request, signal) => speak(connection, request, signal) }
}

/** Resolves when the audio begins; `signal` and the time limits go on holding while it is read. */
async function speak(
  connection: Connection,
  request: SpeakRequest,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  if (request.text.length > LONGEST_TEXT) {
    throw new ModelError(
      'too_long',
      `At most ${LONGEST_TEXT} characters can be read aloud at once. Shorten the text.`,
    )
  }
  const { endpoint, timeouts } = connection
  const occasion: Occasion = { endpoint, model: request.model, requestId: null, answered: false }
  const watch = watchCall(signal, endpoint.clock, () => plain('timeout', null, occasion))
  try {
    const client = await watch.wait(connection.client(watch.signal))
    watch.allow(timeouts.headersMs)
    const response = await watch.wait(start(client, request, watch.signal))
    watch.rest()
    refuseWebPage(response, endpoint)
    const requestId = safeRequestId(response.headers.get('x-request-id'), endpoint.scrub)
    if (isWritten(response)) throw noSound({ ...occasion, requestId })
    if (response.body === null) throw plain('cut', null, occasion)
    return watchedBody(response.body, watch, timeouts.silenceMs, { ...occasion, requestId, answered: true })
  } catch (error) {
    watch.close()
    throw toModelError(error, occasion)
  }
}

async function start(client: OpenAI, request: SpeakRequest, signal: AbortSignal): Promise<Response> {
  const { model, text: input, voice, format } = request
  return leaveOutRefused(manner(request), (fields) =>
    client.audio.speech.create({ ...fields, model, input, voice, response_format: format }, { signal }),
  )
}

function manner({ speed, instructions }: SpeakRequest): { speed?: number; instructions?: string } {
  return {
    ...(speed !== undefined && { speed }),
    ...(instructions !== undefined && { instructions }),
  }
}

/** By its type: what is no sound would be played as noise, which of plain samples nobody can tell. */
function isWritten({ headers }: Response): boolean {
  return /^(text\/|application\/([\w.-]+\+)?(json|xml)\b)/i.test(headers.get('content-type')?.trim() ?? '')
}

function noSound({ endpoint, requestId }: Occasion): ModelError {
  const words = `${endpoint.provider} sent a text in the place of a sound. Try again, or choose another voice model.`
  return new ModelError('server', withRequest(words, requestId), {
    requestId,
    status: 200,
    server: serverOf(endpoint),
  })
}

function watchedBody(
  body: ReadableStream<Uint8Array>,
  watch: Watch,
  silenceMs: number,
  occasion: Occasion,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          watch.allow(silenceMs)
          const { value, done } = await watch.wait(reader.read())
          watch.rest()
          if (!done) return controller.enqueue(value)
          watch.close()
          controller.close()
        } catch (error) {
          watch.close()
          controller.error(toModelError(error, occasion))
        }
      },
      cancel: () => watch.close(),
    },
    // Nothing is read ahead of who listens: a pause downstream is not the server's silence.
    { highWaterMark: 0 },
  )
}
