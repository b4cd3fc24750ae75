import type { ServerResponse } from 'node:http'
import { fieldsOf, type Received } from './received.ts'
import { soundOf, soundTypes } from './sounds.ts'
import { sendError } from './wire-error.ts'

const LONGEST_SPEECH = 4096

/** `POST /audio/speech`: a valid file in the format, as long as the text takes, in pieces. */
export function speech(received: Received, response: ServerResponse): void {
  const { input, response_format } = fieldsOf(received)
  const text = String(input ?? '')
  if (text.length > LONGEST_SPEECH) {
    const message = `Invalid 'input': string too long. Expected a string with maximum length ${LONGEST_SPEECH}.`
    sendError(response, { status: 400, message, code: 'string_above_max_length', param: 'input' })
    return
  }
  const format = String(response_format ?? 'mp3')
  const type = soundTypes[format]
  if (type === undefined) {
    const message = `Invalid value: '${format}'.`
    sendError(response, { status: 400, message, code: 'invalid_value', param: 'response_format' })
    return
  }
  const sound = soundOf(format, text)
  const [first, second] = [100, Math.max(100, Math.floor(sound.length / 2))]
  response.writeHead(200, { 'content-type': type })
  response.write(sound.subarray(0, first))
  response.write(sound.subarray(first, second))
  response.end(sound.subarray(second))
}
