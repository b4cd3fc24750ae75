import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Fate, When } from '../hearing/hearing.ts'
import type { Incoming } from '../hearing/incoming.ts'
import type { PacedGet } from '../paced-get.ts'
import { idOf } from './snowflake.ts'

/** What may be missing in one channel. */
export interface Gap {
  readonly channel: string
  readonly guild: string | null
  /** Fetched are messages after this one. */
  readonly after: bigint
  /** Up to here they were probably heard. */
  readonly known: bigint
}

export type Fetched =
  | { readonly kind: 'done' }
  /** It may work later. */
  | { readonly kind: 'failed'; readonly cause: unknown }

/** Discord's limit of one page. */
const pageSize = 100
const mostPages = 5

/** Fetches what was said in a channel, oldest first, and has it heard. Rejects with the signal's reason. */
export async function fetchGap(
  gap: Gap,
  parts: {
    readonly get: PacedGet
    readonly hear: (message: Incoming, guild: string | null, when: When) => Promise<Fate>
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<Fetched> {
  const { channel, guild } = gap
  let after = gap.after
  for (let page = 0; page < mostPages; page++) {
    const query = { after: after.toString(), limit: String(pageSize) }
    const got = await parts.get<APIMessage[]>({ route: Routes.channelMessages(channel), query }, parts.signal)
    if (got.kind === 'failed') {
      if (got.passing) return { kind: 'failed', cause: got.cause }
      parts.log.debug({ err: got.cause, channel }, 'What was missed in a channel can’t be read')
      return { kind: 'done' }
    }
    // Discord gives the newest first.
    const messages = got.body
      .flatMap((message) => {
        const id = idOf(message.id)
        return id === null ? [] : [{ id, message }]
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id, message } of messages) {
      const fate = await parts.hear(message, guild, id <= gap.known ? 'known' : 'missed')
      if (fate === 'lost') return { kind: 'failed', cause: new Error('The inbox did not take it in') }
      after = id
    }
    if (got.body.length < pageSize) return { kind: 'done' }
  }
  parts.log.warn(
    { channel },
    `More than ${mostPages * pageSize} messages were missed: later ones are not fetched`,
  )
  return { kind: 'done' }
}
