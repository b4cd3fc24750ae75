import type { ServerResponse } from 'node:http'
import { openEventStream } from './event-stream.ts'
import { fieldsOf, type Received } from './received.ts'
import { sendError, sendJson } from './wire-error.ts'

/** One red pixel. */
export const TINY_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'

const LONGEST_SPEECH = 4096
/** How a file of each format begins; the rest is filler. */
const MAGIC: Readonly<Record<string, string>> = {
  mp3: 'ID3',
  opus: 'OggS',
  aac: '\xff\xf1',
  flac: 'fLaC',
  wav: 'RIFF',
  pcm: '',
}

/** `POST /audio/speech`: bytes in three pieces, as many as the text has characters, that begin like the format. */
export function speech(received: Received, response: ServerResponse): void {
  const { input, response_format } = fieldsOf(received)
  const text = String(input ?? '')
  if (text.length > LONGEST_SPEECH) {
    const message = `Invalid 'input': string too long. Expected a string with maximum length ${LONGEST_SPEECH}.`
    sendError(response, { status: 400, message, code: 'string_above_max_length', param: 'input' })
    return
  }
  const format = String(response_format ?? 'mp3')
  const magic = MAGIC[format]
  if (magic === undefined) {
    sendError(response, {
      status: 400,
      message: `Invalid value: '${format}'.`,
      code: 'invalid_value',
      param: 'response_format',
    })
    return
  }
  response.writeHead(200, { 'content-type': `audio/${format}` })
  response.write(Buffer.from(magic, 'latin1'))
  response.write(Buffer.alloc(Math.ceil(text.length / 2), 1))
  response.end(Buffer.alloc(Math.floor(text.length / 2), 2))
}

/** `POST /audio/transcriptions`: words that name the file that came. */
export function transcription(received: Received, response: ServerResponse): void {
  const { file, language } = fieldsOf(received)
  const { name, size } = (file ?? {}) as { name?: string; size?: number }
  if (!size) {
    const message = 'Audio file might be corrupted or unsupported'
    sendError(response, { status: 400, message, code: 'invalid_value', param: 'file' })
    return
  }
  sendJson(response, {
    text: `The words in ${name}, ${size} bytes.`,
    languages: [{ code: typeof language === 'string' ? language : 'en' }],
    usage: {
      type: 'tokens',
      input_tokens: Math.ceil(size / 100),
      output_tokens: 8,
      total_tokens: Math.ceil(size / 100) + 8,
    },
  })
}

/** `POST /images/generations`: streamed with partial pictures when asked for. */
export function images(received: Received, response: ServerResponse): void {
  const { stream, partial_images } = fieldsOf(received)
  const usage = { input_tokens: 10, output_tokens: 200, total_tokens: 210 }
  if (stream !== true) {
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
    send('image_generation.partial_image', { partial_image_index: index })
  }
  send('image_generation.completed', { usage })
  events.end()
}
