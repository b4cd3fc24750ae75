import type { IncomingMessage } from 'node:http'
import type { Json } from './states.ts'

/** Reads a request whole; null when the client broke off, or it is longer than `most` bytes. */
export async function read(request: IncomingMessage, most: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > most) return null
    }
  } catch {
    // The client's abort is an event like any other here.
    return null
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** The arguments of a call as they were sent: a form's are all texts. Null for what can't be read. */
export async function argumentsOf(bytes: Buffer, type: string, url: URL): Promise<Json | null> {
  const query = Object.fromEntries(url.searchParams)
  if (bytes.length === 0) return query
  if (type.startsWith('application/json')) {
    try {
      const body: unknown = JSON.parse(bytes.toString('utf8'))
      return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...query, ...body } : null
    } catch {
      return null
    }
  }
  if (type.startsWith('multipart/form-data')) {
    const args: Record<string, unknown> = { ...query }
    for (const [field, value] of await formOf(bytes, type))
      args[field] = typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer())
    return args
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))) }
}

const formOf = (bytes: Buffer, type: string) =>
  new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()

/** The bytes of an upload: the body itself, or the first file of a form. */
export async function uploadOf(bytes: Buffer, type: string): Promise<Uint8Array> {
  if (!type.startsWith('multipart/form-data')) return new Uint8Array(bytes)
  for (const [, value] of await formOf(bytes, type))
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer())
  return new Uint8Array(0)
}
