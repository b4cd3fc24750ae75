import type { ServerResponse } from 'node:http'
import { fieldsOf, type Received } from './received.ts'
import { sendError, sendJson } from './wire-error.ts'

const LARGEST_SOUND = 25 * 1024 * 1024

/** `POST /audio/transcriptions`: words that name the file that came; with times where `verbose_json` is asked for. */
export function transcription(received: Received, response: ServerResponse): void {
  const { file, language, response_format } = fieldsOf(received)
  const { name, size } = (file ?? {}) as { name?: string; size?: number }
  if (!size) {
    const message = 'Audio file might be corrupted or unsupported'
    sendError(response, { status: 400, message, code: 'invalid_value', param: 'file' })
    return
  }
  if (size > LARGEST_SOUND) {
    const message = `${size}: Maximum content size limit (${LARGEST_SOUND}) exceeded`
    sendError(response, { status: 413, message, code: null, param: null })
    return
  }
  const [words, length] = [`The words in ${name},`, `${size} bytes.`]
  const code = typeof language === 'string' ? language : 'en'
  const segments = [
    { start: 0, end: 1.5, text: ` ${words}` },
    { start: 1.5, end: 3, text: ` ${length}` },
  ]
  sendJson(response, {
    text: `${words} ${length}`,
    ...(response_format === 'verbose_json' ? { language: code, segments } : { languages: [{ code }] }),
    usage: {
      type: 'tokens',
      input_tokens: Math.ceil(size / 100),
      output_tokens: 8,
      total_tokens: Math.ceil(size / 100) + 8,
    },
  })
}
