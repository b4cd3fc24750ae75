import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request as it came over the wire: what tests hold against what should have been sent. */
export interface Received {
  /** Sent back as `x-request-id`. */
  readonly id: string
  readonly method: string
  /** Without the `/v1` in front. */
  readonly path: string
  /** Lower case; the authorization is kept apart. */
  readonly headers: Readonly<Record<string, string>>
  readonly authorization: string | null
  readonly authorized: boolean
  /** Parsed JSON; of a form its fields, with each file as name, type and size, and those of a name that ends in `[]` as a list; null when there is none. */
  readonly body: unknown
  /** `aborted` when the client closed the connection before the answer was complete. */
  readonly closed: Promise<'finished' | 'aborted'>
}

/** As much as OpenAI takes in one request. */
const LARGEST_BODY = 64 * 1024 * 1024

export async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  key: string | null,
): Promise<Received> {
  const authorization = request.headers.authorization ?? null
  const closed = closing(response)
  return {
    id,
    method: request.method ?? 'GET',
    path: (request.url ?? '/').replace(/^\/v1/, '').replace(/\?.*$/, ''),
    headers: plainHeaders(request),
    authorization,
    authorized: key === null || authorization === `Bearer ${key}`,
    body: await parsed(request),
    closed,
  }
}

/** The body as the record it must be; an empty one when it is something else. */
export function fieldsOf(received: Received): Readonly<Record<string, unknown>> {
  const { body } = received
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

function closing(response: ServerResponse): Promise<'finished' | 'aborted'> {
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'finished' : 'aborted'))
  })
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).filter(([name]) => name !== 'authorization')
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

async function parsed(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > LARGEST_BODY) throw new Error('The request is larger than the fake takes')
    chunks.push(chunk as Buffer)
  }
  if (size === 0) return null
  const bytes = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  return type.startsWith('multipart/') ? formFields(bytes, type) : JSON.parse(bytes.toString('utf8'))
}

async function formFields(bytes: Buffer<ArrayBuffer>, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
  const told = (value: File | string) => (typeof value === 'string' ? value : fileOf(value))
  const fields = [...new Set(form.keys())].map(async (name) => {
    const values = await Promise.all(form.getAll(name).map(told))
    return [name, name.endsWith('[]') ? values : values.at(-1)] as const
  })
  return Object.fromEntries(await Promise.all(fields))
}

async function fileOf(file: File) {
  const { name, type, size } = file
  return { name, type, size, sha256: sha256(new Uint8Array(await file.arrayBuffer())) }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
