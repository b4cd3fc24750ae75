import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { fieldsOf, type Received } from './received.ts'
import { sendJson } from './wire-error.ts'

/** Says so in a text, and it is flagged. */
export const FLAGGED_WORD = 'FLAGME'

const DIMENSIONS = 8

/** `POST /embeddings`: the same numbers for the same text. */
export function embeddings(received: Received, response: ServerResponse): void {
  const { input, model } = fieldsOf(received)
  const texts = (Array.isArray(input) ? input : [input]).map(String)
  const tokens = Math.ceil(texts.join('').length / 4)
  sendJson(response, {
    object: 'list',
    model,
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vector(text) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

/** `POST /moderations`: one result for each text of a list of strings, one in all for a list of parts. */
export function moderations(received: Received, response: ServerResponse): void {
  const { input, model } = fieldsOf(received)
  const all = Array.isArray(input) ? input : [input]
  const groups = all.every((one) => typeof one === 'string') ? all.map(String) : [JSON.stringify(all)]
  sendJson(response, { id: `modr_${received.id}`, model, results: groups.map(result) })
}

/** `GET /models`. */
export function modelList(models: Readonly<Record<string, string | null>>, response: ServerResponse): void {
  const data = Object.entries(models).map(([id, shutdown_date]) => ({
    id,
    object: 'model',
    created: 1_780_000_000,
    owned_by: 'fake',
    shutdown_date,
  }))
  sendJson(response, { object: 'list', data })
}

function vector(text: string): number[] {
  const bytes = createHash('sha256').update(text).digest().subarray(0, DIMENSIONS)
  return [...bytes].map((byte) => byte / 255 - 0.5)
}

function result(text: string): object {
  const flagged = text.includes(FLAGGED_WORD)
  const score = flagged ? 0.97 : 0.001
  return {
    flagged,
    categories: { violence: flagged, hate: false },
    category_scores: { violence: score, hate: 0.0005 },
    category_applied_input_types: { violence: ['text'], hate: [] },
  }
}
