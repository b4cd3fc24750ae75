import type { IncomingMessage } from 'node:http'
import type { RestEntry, SentFile } from './ledger.ts'
import { type Refusal, refusal } from './refusal.ts'

export interface Received {
  readonly body: unknown
  readonly files: readonly SentFile[]
  /** What is wrong with it before any route looks at it. */
  readonly problem: Refusal | null
}

/** Reads a request whole; null when the client broke off. */
export async function receive(request: IncomingMessage, most: number): Promise<Received | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // The client's abort is an event like any other here.
    return null
  }
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  if (bytes.length === 0) return { body: undefined, files: [], problem: null }
  if (bytes.length > most) return { body: undefined, files: [], problem: refusal(40005) }
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return multipart(bytes, type)
  return parsed(bytes.toString('utf8'), [])
}

async function multipart(bytes: Buffer, type: string): Promise<Received> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const files: SentFile[] = []
  let json: string | null = null
  for (const [field, value] of form) {
    if (typeof value === 'string') {
      if (field === 'payload_json') json = value
    } else {
      const content = new Uint8Array(await value.arrayBuffer())
      files.push({ field, name: value.name, type: value.type || 'application/octet-stream', bytes: content })
    }
  }
  return json === null ? { body: {}, files, problem: null } : parsed(json, files)
}

function parsed(text: string, files: readonly SentFile[]): Received {
  try {
    return { body: JSON.parse(text), files, problem: null }
  } catch {
    return { body: undefined, files, problem: refusal(50109) }
  }
}

/** What the ledger holds of a request before it is answered. */
export function entryOf(
  at: number,
  request: IncomingMessage,
  url: URL,
  method: string,
  path: string,
  template: string,
  received: Received | null,
): RestEntry {
  const reason = request.headers['x-audit-log-reason']
  return {
    at,
    endedAt: null,
    method,
    route: template,
    path,
    query: Object.fromEntries(url.searchParams),
    body: received?.body,
    files: received?.files ?? [],
    authorized: request.headers.authorization !== undefined,
    reason: typeof reason === 'string' ? reason : null,
    status: 0,
    code: null,
    bucket: null,
    remaining: null,
    limited: null,
    carriedOut: false,
    replyLost: false,
    fault: false,
    pings: null,
    answer: undefined,
  }
}
