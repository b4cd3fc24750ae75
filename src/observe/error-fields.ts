/**
 * What a log line says of an error. Only named fields: errors of SDKs carry headers and whole bodies, which hold keys
 * and people's words.
 */
export interface ErrorFields {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly kind?: string
  readonly code?: string | number
  readonly status?: number
  readonly requestId?: string
  readonly cause?: ErrorFields
}

/** Causes of causes are followed this far. */
const deepest = 5

export function errorFields(error: unknown): ErrorFields | undefined {
  return error === undefined || error === null ? undefined : fieldsAt(error, 0)
}

function fieldsAt(error: unknown, depth: number): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 1_000) }
  const fields = error as Error & Record<string, unknown>
  const { kind, code, status, requestId, cause } = fields
  return {
    type: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(cause === undefined || cause === null || depth >= deepest
      ? {}
      : { cause: fieldsAt(cause, depth + 1) }),
  }
}
