import { createHash } from 'node:crypto'
import { neverArrived, plainCause } from '../../src/no-answer.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Outcome, RateBudget } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { within } from '../../src/within.ts'
import { isSlacks } from './links.ts'
import { mrkdwnOf } from './mrkdwn.ts'
import type { Outgoing } from './outgoing.ts'
import { retryAfterMs } from './reading.ts'
import { channelOf, responseRef, type Target, threadOf } from './ways.ts'

/** Posts where Parley is no member, by the address that came with a command or a button. */
export interface ResponseUrls {
  post(
    place: Place,
    to: Extract<Target, { kind: 'response' }>,
    part: Part,
    nonce: string,
    signal: AbortSignal,
  ): Promise<Outcome>
}

/** Slack's documents, "Handling user interaction": five times within 30 minutes, all words at that address together. */
const USES = 5
const TIMEOUT_MS = 15_000
const KEPT = 1_000
const LARGEST_WORD = 1_000

const used = 'Slack takes five messages where Parley is no member: invite it there with /invite and its name'
const last =
  'Slack takes no more messages from me here. If this goes on, invite me with /invite and my name, and ask again.'
const over =
  'Parley is not a member there, and Slack’s 30 minutes for the answer are over: invite it with /invite and its name'

/** Slack documents no limit here; as for incoming webhooks, one a second. */
export const responseBudgets = (place: Place): readonly RateBudget[] => [
  {
    bucket: `slack:${place.conversation.workspace}:response_url:${channelOf(place)}`,
    limit: 1,
    windowMs: 1_000,
  },
]

export function createResponseUrls({ apiUrl, clock }: Pick<Outgoing, 'apiUrl' | 'clock'>): ResponseUrls {
  const uses = createRecent<number>(KEPT)

  return {
    async post(place, { url, private: isPrivate }, part, nonce, signal) {
      if (!isSlacks(url, apiUrl))
        return { kind: 'forbidden', why: 'the address for the answer is not Slack’s' }
      const key = createHash('sha256').update(url).digest('base64url')
      const times = uses.get(key) ?? 0
      if (times >= USES) return { kind: 'forbidden', why: used }
      const said = mrkdwnOf(part.markdown) || '…'
      const thread = threadOf(place)
      const body = JSON.stringify({
        response_type: isPrivate ? 'ephemeral' : 'in_channel',
        replace_original: false,
        // Whether more would follow is not known here.
        text: times === USES - 1 ? `${said}\n\n_${last}_` : said,
        unfurl_links: false,
        unfurl_media: false,
        // Slack's documents name no such way for what is for one person.
        ...(!isPrivate && thread !== null && { thread_ts: thread }),
      })
      try {
        const { status, headers, word } = await within({ clock, limit: TIMEOUT_MS, signal }, async (own) => {
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
            redirect: 'error',
            signal: own,
          })
          const { status, headers } = response
          return { status, headers, word: await firstOf(response) }
        })
        if (status === 429)
          return {
            kind: 'limited',
            retryAfterMs: retryAfterMs({ 'retry-after': headers.get('retry-after') ?? undefined }),
            bucket: responseBudgets(place)[0]?.bucket ?? '',
          }
        uses.set(key, times + 1)
        if (status >= 500) return { kind: 'unknown', cause: new Error(`Slack answered ${status}`) }
        if (/used_url/.test(word)) return { kind: 'forbidden', why: used }
        if (status !== 200 || /"ok":\s*false/.test(word)) return { kind: 'forbidden', why: over }
        return { kind: 'sent', ref: responseRef(channelOf(place), nonce) }
      } catch (error) {
        const cause = plainCause(error, 'Slack')
        return { kind: signal.aborted || !neverArrived(cause) ? 'unknown' : 'not_sent', cause }
      }
    },
  }
}

/** Slack answers `ok`, or a word for what is wrong. */
async function firstOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > LARGEST_WORD) break
  }
  return text
}
