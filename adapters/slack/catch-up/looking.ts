import type { Logger } from 'pino'
import type { Installation } from '../installations/installation.ts'
import type { Got, PacedCall } from '../paced-call.ts'
import type { WireRequest } from '../wire.ts'
import { type Channel, type EventBody, happeningsIn, type Shown, type Window } from './happenings.ts'
import { readPages } from './pages.ts'
import { lookBack, microsOf, tsAt } from './ts.ts'

/** What is looked through: a channel, and the threads in it that Parley is known to take part in. */
export interface Search {
  readonly installation: Installation
  readonly channel: Channel
  readonly threads: readonly string[]
  readonly window: Window
}

export interface LookingParts {
  readonly call: PacedCall
  /** Rejects: it could not be taken in. */
  readonly hear: (body: EventBody) => Promise<void>
  readonly log: Logger
  readonly signal: AbortSignal
}

/** `failed`: the same search may work later. */
export type Searched =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly cause: unknown; readonly silent: boolean }

/** Slack recommends no more a page. */
const pageSize = 200
/** Of one channel, or one thread. */
const mostPages = 10
const done: Searched = { kind: 'done' }

/**
 * Has everything heard that a channel and its threads show of the window, the oldest first. `past`: what can't be taken
 * in does not hold up what comes after it. Rejects with the signal's reason.
 */
export async function lookThrough(search: Search, past: boolean, parts: LookingParts): Promise<Searched> {
  const { installation, channel, window } = search
  const where = { installation, channel, window }
  const read = await history(search, parts)
  if (read.kind === 'failed') return missed(read, search, parts)
  const heard = await hearAll(happeningsIn(read.body, where), past, parts)
  if (heard.kind === 'failed' && !past) return heard
  let worst = heard
  for (const thread of threadsOf(search, read.body)) {
    const replies = await repliesTo(thread, search, parts)
    if (replies.kind === 'failed') {
      const searched = missed(replies, search, parts)
      if (searched.kind === 'failed') return searched
      continue
    }
    const answers = replies.body.filter(({ ts }) => ts !== thread)
    const told = await hearAll(happeningsIn(answers, where), past, parts)
    if (told.kind === 'failed') worst = told
    if (told.kind === 'failed' && !past) return told
  }
  return worst
}

/** Those with news, and those that lie too far back to tell. */
function threadsOf({ threads, window }: Search, messages: readonly Shown[]): string[] {
  const shown = new Set(messages.map(({ ts }) => ts))
  const news = messages.filter(({ latest_reply }) => (microsOf(latest_reply) ?? 0) > window.after)
  return [...news.flatMap(({ ts }) => ts ?? []), ...threads.filter((thread) => !shown.has(thread))]
}

/**
 * The newest first, as Slack gives them where no `oldest` is named. The page in which the window begins shows changed
 * messages and older threads besides.
 */
const history = ({ installation, channel, window }: Search, parts: LookingParts): Promise<Got<Shown[]>> =>
  messagesOf(
    { team: installation.team, method: 'conversations.history', args: { channel: channel.id } },
    (items) => (microsOf(items.at(-1)?.ts) ?? 0) <= window.after,
    parts,
  )

const repliesTo = (
  thread: string,
  { installation, channel, window }: Search,
  parts: LookingParts,
): Promise<Got<Shown[]>> =>
  messagesOf(
    {
      team: installation.team,
      method: 'conversations.replies',
      args: { channel: channel.id, ts: thread, oldest: tsAt(window.after - lookBack) },
    },
    () => false,
    parts,
  )

async function messagesOf(
  { team, method, args }: WireRequest,
  isEnough: (items: readonly Shown[]) => boolean,
  { call, log, signal }: LookingParts,
): Promise<Got<Shown[]>> {
  const got = await readPages<Shown, { messages?: readonly Shown[] }>(
    call,
    { team, method, args: { ...args, limit: pageSize } },
    { itemsOf: ({ messages }) => messages, mostPages, isEnough },
    signal,
  )
  if (got.kind === 'failed') return got
  if (got.body.cut)
    log.warn(
      { team, ...args },
      'More was said while Parley was away than it looks through: some of it stays unheard',
    )
  return { kind: 'done', body: [...got.body.items] }
}

async function hearAll(bodies: readonly EventBody[], past: boolean, parts: LookingParts): Promise<Searched> {
  let worst: Searched = done
  for (const body of bodies) {
    try {
      await parts.hear(body)
    } catch (cause) {
      parts.signal.throwIfAborted()
      worst = { kind: 'failed', cause, silent: false }
      if (!past) return worst
    }
    parts.signal.throwIfAborted()
  }
  return worst
}

/** By what kind of channel a history is of (Slack's documents, `conversations.history`). */
const scopes = {
  channel: 'channels:history',
  group: 'groups:history',
  im: 'im:history',
  mpim: 'mpim:history',
}

function missed(
  { passing, error, cause }: Extract<Got<never>, { kind: 'failed' }>,
  { installation, channel }: Search,
  { log }: LookingParts,
): Searched {
  // Of one workspace in an organisation it may be for good: it does not hold up the others for ever.
  if (passing) return { kind: 'failed', cause, silent: error !== 'team_access_not_granted' }
  const where = { team: installation.team, channel: channel.id, error }
  if (error === 'missing_scope')
    log.warn(where, `Parley can’t fetch what it missed in a channel: ${scopes[channel.kind]} is missing`)
  else log.debug(where, 'What was missed in a channel can’t be read')
  return done
}
