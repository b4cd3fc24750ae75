import { createHash } from 'node:crypto'
import type { RestEntry } from './ledger.ts'
import { type Counted, createWindows } from './limits.ts'
import type { BucketKind, Route } from './routes.ts'
import type { World } from './world.ts'

export type Headers = Record<string, string>

/** Counts a request, writes the headers of its bucket, and gives the 429 that it gets, or null. */
export function createLimiting(world: World) {
  const count = createWindows(world.now)
  let bannedUntil = 0

  function check(entry: RestEntry, route: Route, params: Readonly<Record<string, string>>, headers: Headers) {
    if (!route.open) {
      const all = count('global', world.limits.global)
      if (!all.allowed) {
        headers['x-ratelimit-global'] = 'true'
        return tooMany(entry, all, 'global', headers)
      }
    }
    if (route.bucket === null) return null
    const major = params.channel ?? params.token ?? params.guild ?? params.application ?? ''
    const counted = count(`${route.bucket}:${major}`, world.limits[route.bucket])
    entry.bucket = `${route.bucket}:${major}`
    entry.remaining = counted.remaining
    headers['x-ratelimit-limit'] = String(counted.limit)
    headers['x-ratelimit-remaining'] = String(counted.remaining)
    headers['x-ratelimit-reset'] = (counted.resetAt / 1000).toFixed(3)
    headers['x-ratelimit-reset-after'] = Math.max(0, (counted.resetAt - world.now()) / 1000).toFixed(3)
    headers['x-ratelimit-bucket'] = hashOf(route.bucket)
    return counted.allowed ? null : tooMany(entry, counted, 'user', headers)
  }

  function tooMany(entry: RestEntry, { resetAt }: Counted, scope: 'user' | 'global', headers: Headers) {
    const seconds = Math.max(0, (resetAt - world.now()) / 1000)
    headers['x-ratelimit-scope'] = scope
    // In whole seconds in the header, exactly in the body, as with Discord.
    headers['retry-after'] = String(Math.ceil(seconds))
    entry.limited = scope
    const body = {
      message: 'You are being rate limited.',
      retry_after: Number(seconds.toFixed(3)),
      global: scope === 'global',
    }
    return { status: 429, body }
  }

  return {
    check,
    /** 401, 403 and 429 are invalid requests, but for the 429s of a limit that is shared with others. */
    answered({ status, limited }: RestEntry) {
      if ((status !== 401 && status !== 403 && status !== 429) || limited === 'shared') return
      const { allowed, remaining, resetAt } = count('invalid', world.limits.invalid)
      if (!allowed || remaining === 0) bannedUntil = resetAt
    },
    /** After too many invalid requests nothing of this address gets through any more. */
    banned: () => world.now() < bannedUntil,
  }
}

/** POST and PATCH of messages have one hash, though they are counted apart. */
const hashOf = (bucket: BucketKind): string =>
  createHash('md5')
    .update(bucket === 'edits' ? 'sends' : bucket)
    .digest('hex')
