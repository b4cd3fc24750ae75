import type { Got, PacedCall } from '../paced-call.ts'
import type { WireRequest } from '../wire.ts'

export interface Pages<T> {
  readonly items: readonly T[]
  /** There was more than may be read at once. */
  readonly cut: boolean
}

/** As much of a paged answer as is looked at. */
interface Page {
  readonly response_metadata?: { readonly next_cursor?: string }
}

/** Reads page after page, `mostPages` at most, until `isEnough` of what came so far. Rejects with the signal's reason. */
export async function readPages<T, P>(
  call: PacedCall,
  request: WireRequest,
  how: {
    readonly itemsOf: (page: P) => readonly T[] | undefined
    readonly mostPages: number
    readonly isEnough?: (items: readonly T[]) => boolean
  },
  signal: AbortSignal,
): Promise<Got<Pages<T>>> {
  const items: T[] = []
  let cursor = ''
  for (let pages = 0; pages < how.mostPages; pages++) {
    const args = cursor === '' ? request.args : { ...request.args, cursor }
    const got = await call<P & Page>({ ...request, args }, signal)
    if (got.kind === 'failed') return got
    const more = how.itemsOf(got.body)
    if (!Array.isArray(more))
      return { kind: 'failed', passing: true, error: null, cause: new TypeError('Not an answer of Slack’s') }
    items.push(...more)
    cursor = got.body.response_metadata?.next_cursor ?? ''
    if (cursor === '' || how.isEnough?.(items)) return { kind: 'done', body: { items, cut: false } }
  }
  return { kind: 'done', body: { items, cut: true } }
}
