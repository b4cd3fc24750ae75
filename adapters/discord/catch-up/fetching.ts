import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { When } from '../hearing/hearing.ts'
import type { Incoming } from '../hearing/incoming.ts'
import type { Fate } from '../hearing/taking.ts'
import type { PacedGet } from '../paced-get.ts'
import { idOf } from './snowflake.ts'
import type { Stubborn } from './stubborn.ts'
import type { Unreadable } from './unreadable.ts'

/** What may be missing in one channel. */
export interface Gap {
  readonly channel: string
  readonly guild: string | null
  /** Fetched are messages after this one. */
  readonly after: bigint
  /** Up to here they were probably heard. */
  readonly known: bigint
}

/** `reached`: up to here nothing is missing any more. */
export type Fetched =
  | { readonly kind: 'done' }
  /** Enough for one turn. */
  | { readonly kind: 'more'; readonly reached: bigint }
  /** It may work later. `silent`: Discord doesn't answer as it should, so other channels would fail as well. */
  | { readonly kind: 'failed'; readonly cause: unknown; readonly silent: boolean; readonly reached: bigint }

/** Discord's limit of one page. */
const pageSize = 100
/** Of one turn; then the other channels have theirs. */
const mostPages = 5

/** Fetches what was said in a channel, oldest first, and has it heard. Rejects with the signal's reason. */
export async function fetchGap(
  gap: Gap,
  parts: {
    readonly get: PacedGet
    readonly hear: (message: Incoming, guild: string | null, when: When) => Promise<Fate>
    readonly stubborn: Stubborn
    readonly unreadable: Unreadable
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<Fetched> {
  const { channel, guild } = gap
  let after = gap.after
  /** Up to here all was taken in. */
  let reached = gap.after
  let lost = false
  for (let page = 0; page < mostPages; page++) {
    const query = { after: after.toString(), limit: String(pageSize) }
    const got = await parts.get<APIMessage[]>({ route: Routes.channelMessages(channel), query }, parts.signal)
    if (got.kind === 'failed') {
      if (got.passing) return { kind: 'failed', cause: got.cause, silent: true, reached }
      parts.log.debug({ err: got.cause, channel }, 'What was missed in a channel can’t be read')
      parts.unreadable(channel)
      return { kind: 'done' }
    }
    // Not an answer of Discord's.
    if (!Array.isArray(got.body))
      return { kind: 'failed', cause: new TypeError('No list of messages'), silent: true, reached }
    // Discord gives the newest first.
    const messages = got.body
      .flatMap((message) => {
        const id = idOf(message?.id)
        return id === null ? [] : [{ id, message }]
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id, message } of messages) {
      const fate = await parts.hear(message, guild, id <= gap.known ? 'known' : 'missed')
      const verdict = fate === 'lost' ? parts.stubborn.failed(message.id) : 'settled'
      // A second one that fails: it is the inbox, not the message.
      if (verdict === 'again' || (lost && verdict === 'aside')) return failedAt(reached)
      lost ||= verdict === 'aside'
      after = id
      if (!lost) reached = id
    }
    if (got.body.length < pageSize) return lost ? failedAt(reached) : { kind: 'done' }
  }
  return lost ? failedAt(reached) : { kind: 'more', reached }
}

const failedAt = (reached: bigint): Fetched => ({
  kind: 'failed',
  cause: new Error('The inbox did not take it in'),
  silent: false,
  reached,
})
