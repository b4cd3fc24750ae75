import type { ServerResponse } from 'node:http'
import { openEventStream } from './event-stream.ts'
import { fieldsOf, type Received } from './received.ts'
import { sendError, sendJson } from './wire-error.ts'

/** One red pixel. */
export const TINY_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'

/** A prompt with this word is refused as the safety system refuses it. */
export const UNSAFE_WORD = 'unsafe'
/** What can be edited, and how many at once. */
const EDITABLE = new Set(['image/png', 'image/jpeg', 'image/webp'])
const MOST_SOURCES = 16

/**
 * `POST /images/generations` and `/images/edits`: streamed with partial pictures when asked for, if streams are known
 * here.
 */
export function images(received: Received, response: ServerResponse, streams: boolean): void {
  const fields = fieldsOf(received)
  const { partial_images, prompt } = fields
  // A form has nothing but text.
  const stream = streams && (fields.stream === true || fields.stream === 'true')
  const edits = received.path === '/images/edits'
  const refusal = edits ? unusable(fields['image[]'] ?? fields.image) : null
  if (refusal !== null) {
    sendError(response, { status: 400, message: refusal, code: 'invalid_value', param: 'image' })
    return
  }
  if (String(prompt ?? '').includes(UNSAFE_WORD)) {
    const message = 'Your request was rejected by the safety system.'
    sendError(response, { status: 400, message, code: 'moderation_blocked' })
    return
  }
  const kind = edits ? 'image_edit' : 'image_generation'
  const usage = { input_tokens: 10, output_tokens: 200, total_tokens: 210 }
  if (!stream) {
    sendJson(response, {
      created: 1_790_000_000,
      output_format: 'png',
      data: [{ b64_json: TINY_PNG }],
      usage,
    })
    return
  }
  const events = openEventStream(response, undefined)
  const send = (type: string, rest: object): void =>
    events.send(
      JSON.stringify({ type, b64_json: TINY_PNG, output_format: 'png', created_at: 1_790_000_000, ...rest }),
      type,
    )
  for (let index = 0; index < Number(partial_images ?? 0); index++) {
    send(`${kind}.partial_image`, { partial_image_index: index })
  }
  send(`${kind}.completed`, { usage })
  events.end()
}

function unusable(image: unknown): string | null {
  const sources: readonly { type?: string; size?: number }[] = Array.isArray(image) ? image : [image ?? {}]
  if (sources.length > MOST_SOURCES) return `Invalid 'image': at most ${MOST_SOURCES} images.`
  const wrong = sources.find(({ type = '', size = 0 }) => !EDITABLE.has(type) || size === 0)
  return wrong === undefined ? null : `Invalid image file or mode for image: ${wrong.type ?? 'none'}.`
}
