import type { ServerResponse } from 'node:http'

export interface WireError {
  readonly status: number
  readonly message: string
  readonly code?: string | null
  readonly type?: string
  readonly param?: string | null
}

/** An error in the shape that OpenAI sends. */
export function sendError(
  response: ServerResponse,
  { status, message, code = null, type = 'invalid_request_error', param = null }: WireError,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, { error: { message, type, param, code } }, status, headers)
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
