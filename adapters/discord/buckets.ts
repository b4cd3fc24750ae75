import { createHash } from 'node:crypto'
import type { RateBudget, RateObservation } from '../../src/ports/outcome.ts'
import type { WireRequest } from './request.ts'

/** Discord's rate limits under names of ours: they are known before the first answer, Discord's hashes only after it. */
export interface Buckets {
  /** What the headers of an answer to this request say. */
  read(request: WireRequest, headers: Pick<Headers, 'get' | 'has'>, ok: boolean): readonly RateObservation[]
  /** First guesses, without the buckets that turned out not to exist. */
  known(budgets: readonly RateBudget[]): readonly RateBudget[]
}

/** What all calls together spend, those that answer interactions aside: 50 a second (Discord's documents, "Global rate limit"). */
export const globalBucket = 'discord:global'

/** Guesses, where nothing else is said: five calls in five seconds. */
const GUESS = { limit: 5, windowMs: 5_000 }
const globalBudget: RateBudget = { bucket: globalBucket, limit: 50, windowMs: 1_000 }
/** Twice in ten minutes, as bots observe it. */
const RENAME = { limit: 2, windowMs: 600_000 }

export type ChannelCall = 'send' | 'edit' | 'delete' | 'open' | 'rename' | 'history' | 'typing'

export const channelBudgets = (call: ChannelCall, channel: string): readonly RateBudget[] => [
  { bucket: `discord:${call}:${channel}`, ...(call === 'rename' ? RENAME : GUESS) },
  globalBudget,
]

/** Edits of messages that are older than an hour are counted apart, too (error 30046). */
export const oldEditBudgets = (channel: string): readonly RateBudget[] => [
  { bucket: `discord:old-edits:${channel}`, ...GUESS },
  ...channelBudgets('edit', channel),
]

export const webhookBudgets = (token: string): readonly RateBudget[] => [
  { bucket: webhookBucket(token), ...GUESS },
]

/** For a call of our own, whatever its route. */
export const budgetsOf = (request: Pick<WireRequest, 'method' | 'route'>): readonly RateBudget[] => [
  { bucket: bucketOf(request), ...GUESS },
  globalBudget,
]

/** The token is a secret; its digest tells interactions apart as well. */
const webhookBucket = (token: string): string =>
  `discord:webhook:${createHash('sha256').update(token).digest('base64url').slice(0, 16)}`

const id = '(\\d+)'
const channelRoutes: readonly (readonly [
  WireRequest['method'],
  RegExp,
  ChannelCall | 'message' | 'facts',
])[] = [
  ['POST', new RegExp(`^/channels/${id}/messages$`), 'send'],
  ['PATCH', new RegExp(`^/channels/${id}/messages/${id}$`), 'edit'],
  ['DELETE', new RegExp(`^/channels/${id}/messages/${id}$`), 'delete'],
  ['POST', new RegExp(`^/channels/${id}/messages/${id}/threads$`), 'open'],
  ['POST', new RegExp(`^/channels/${id}/typing$`), 'typing'],
  ['PATCH', new RegExp(`^/channels/${id}$`), 'rename'],
  ['GET', new RegExp(`^/channels/${id}/messages$`), 'history'],
  ['GET', new RegExp(`^/channels/${id}/messages/${id}$`), 'message'],
  ['GET', new RegExp(`^/channels/${id}$`), 'facts'],
]

/** The bucket that a request spends beside the global one. */
export function bucketOf({ method, route }: Pick<WireRequest, 'method' | 'route'>): string {
  for (const [verb, pattern, kind] of channelRoutes) {
    const channel = verb === method ? pattern.exec(route)?.[1] : undefined
    if (channel !== undefined) return `discord:${kind}:${channel}`
  }
  const token = /^\/webhooks\/\d+\/([^/]+)/.exec(route)?.[1]
  if (token !== undefined) return webhookBucket(token)
  // Acknowledgements have no bucket, which says nothing of what follows them.
  if (route.startsWith('/interactions/')) return 'discord:callbacks'
  // The guild's id, as a channel's, tells buckets apart; other ids don't (Discord's documents, "Rate Limits").
  const guild = /^\/guilds\/(\d+)/.exec(route)?.[1]
  const kind = `discord:${method} ${route.replaceAll(/\d{15,}/g, '{id}')}`
  return guild === undefined ? kind : `${kind}:${guild}`
}

/** Where a request that was refused with error 30046 is counted. */
export const oldEditsBucket = (request: WireRequest): string =>
  bucketOf(request).replace(/^discord:edit:/, 'discord:old-edits:')

export function createBuckets(): Buckets {
  /** Kinds of routes that answer without naming a limit. There are few kinds, so this stays small. */
  const unlimited = new Set<string>()
  return {
    read(request, headers, ok) {
      const bucket = bucketOf(request)
      const seen = observation(bucket, headers)
      if (seen !== null) unlimited.delete(kindOf(bucket))
      else if (ok) unlimited.add(kindOf(bucket))
      return seen === null ? [] : [seen]
    },
    known: (budgets) => budgets.filter(({ bucket }) => !unlimited.has(kindOf(bucket))),
  }
}

const kindOf = (bucket: string): string => bucket.split(':', 2).join(':')

function observation(bucket: string, headers: Pick<Headers, 'get' | 'has'>): RateObservation | null {
  const limit = numberIn(headers.get('x-ratelimit-limit'))
  const remaining = numberIn(headers.get('x-ratelimit-remaining'))
  const resetAfter = numberIn(headers.get('x-ratelimit-reset-after'))
  if (remaining === null || resetAfter === null) return null
  // A 429 of all calls together says nothing of this bucket.
  if (headers.has('x-ratelimit-global') || headers.get('x-ratelimit-scope') === 'global') return null
  return {
    bucket,
    ...(limit !== null && limit > 0 ? { limit } : {}),
    remaining,
    resetAfterMs: Math.ceil(resetAfter * 1_000),
  }
}

/** A header's number; null where there is none, or garbage. */
export function numberIn(text: string | null): number | null {
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}
