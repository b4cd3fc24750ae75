import type { RestEntry, SentFile } from './ledger.ts'

/** One request, checked for its right to be here. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly files: readonly SentFile[]
  readonly entry: RestEntry
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
}

export type Handler = (call: Call) => Answer

export type BucketKind =
  | 'sends'
  | 'edits'
  | 'deletes'
  | 'threads'
  | 'typing'
  | 'renames'
  | 'reads'
  | 'reactions'
  | 'commands'
  | 'webhooks'

export interface Route {
  readonly method: string
  readonly template: string
  /** Null: a route without bucket headers, as some of Discord's are. */
  readonly bucket: BucketKind | null
  /** Interaction routes need no bot token and count for no global limit. */
  readonly open: boolean
  readonly handle: Handler
}

export function route(
  method: string,
  template: string,
  bucket: BucketKind | null,
  handle: Handler,
  open = false,
): Route {
  return { method, template, bucket, open, handle }
}

/** Finds a route by method and path; a path of Discord's with another method is 405. */
export function createRoutes(routes: readonly Route[]) {
  const compiled = routes.map((one) => ({ one, segments: one.template.split('/') }))
  return (method: string, path: string): { route: Route; params: Record<string, string> } | 404 | 405 => {
    const given = path.split('/')
    let elsewhere = false
    for (const { one, segments } of compiled) {
      if (segments.length !== given.length) continue
      const params: Record<string, string> = {}
      const fits = segments.every((segment, index) => {
        if (!segment.startsWith(':')) return segment === given[index]
        params[segment.slice(1)] = given[index]!
        return given[index] !== ''
      })
      if (!fits) continue
      if (one.method === method) return { route: one, params }
      elsewhere = true
    }
    return elsewhere ? 405 : 404
  }
}
