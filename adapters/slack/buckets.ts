import type { RateBudget } from '../../src/ports/outcome.ts'

const MINUTE_MS = 60_000

/** Calls a minute, by method and workspace (Slack's documents, "Rate limits": Tier 2 20+, Tier 3 50+, Tier 4 100+). */
const perMinute: Readonly<Record<string, number>> = {
  'chat.startStream': 20,
  'chat.appendStream': 100,
  'chat.stopStream': 20,
  'chat.update': 50,
  'chat.delete': 50,
  // "Several hundred messages per minute" a workspace, beside one a second a channel.
  'chat.postMessage': 600,
  'chat.postEphemeral': 100,
  'assistant.threads.setStatus': 600,
  'assistant.threads.setTitle': 50,
  'assistant.threads.setSuggestedPrompts': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.info': 50,
  'users.info': 100,
  'users.conversations': 50,
  'usergroups.list': 20,
  'files.info': 100,
  'files.delete': 50,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'auth.test': 100,
  'views.open': 100,
  'views.publish': 100,
}

/** For a method that is not listed: Tier 2. */
const GUESS = 20
/** "One message per second per channel." */
const POSTING = { limit: 1, windowMs: 1_000 }

export const bucketOf = (team: string, method: string): string => `slack:${team}:${method}`

const channelBucket = (team: string, channel: string): string =>
  `${bucketOf(team, 'chat.postMessage')}:${channel}`

/** What one call spends. `channel`: for a message that is posted. */
export function budgetsOf(team: string, method: string, channel?: string): readonly RateBudget[] {
  const budget: RateBudget = {
    bucket: bucketOf(team, method),
    limit: perMinute[method] ?? GUESS,
    windowMs: MINUTE_MS,
  }
  return method === 'chat.postMessage' && channel !== undefined
    ? [{ bucket: channelBucket(team, channel), ...POSTING }, budget]
    : [budget]
}

const partOf =
  (part: number, name: string) =>
  (team: string, method: string): readonly RateBudget[] =>
    budgetsOf(team, method).flatMap((budget) => [
      budget,
      { ...budget, bucket: `${budget.bucket}:${name}`, limit: Math.max(1, Math.floor(budget.limit * part)) },
    ])

/** The same for what nobody waits for at all: half of what there is stays free for what people wait for. */
export const halfBudgetsOf = partOf(1 / 2, 'half')
/** The same where people seldom wait for anything else. */
export const mostBudgetsOf = partOf(4 / 5, 'most')

/** Where a call that drew a 429 is counted: Slack does not say which limit it was, and a channel's is the narrower. */
export function bucketRefused(team: string, method: string, args: Readonly<Record<string, unknown>>): string {
  return method === 'chat.postMessage' && typeof args.channel === 'string'
    ? channelBucket(team, args.channel)
    : bucketOf(team, method)
}
