import { type APIMessage, Routes } from 'discord-api-types/v10'
import { idAt, idOf } from './catch-up/snowflake.ts'
import type { Reply } from './request.ts'
import type { Wire } from './wire.ts'

/** The most messages that Discord shows at once (Discord's documents, "Get Channel Messages"). */
const PAGE = 100
/** Further back nobody looks. */
const MOST_PAGES = 4

export interface LookedAt {
  /** The newest first. */
  readonly messages: readonly APIMessage[]
  /** All that were written since then are among them. */
  readonly whole: boolean
}

/**
 * Reads a channel back to a moment (milliseconds since the epoch), or to the message that is looked for. Mostly one
 * call. Null: the channel is gone, and all that stood in it. Rejects when Discord did not say.
 */
export async function lookBack(
  { wire, signal }: { readonly wire: Wire; readonly signal: AbortSignal },
  channel: string,
  since: number,
  isIt: (message: APIMessage) => boolean,
): Promise<LookedAt | null> {
  const messages: APIMessage[] = []
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const before = messages.at(-1)?.id
    const query = { limit: String(PAGE), ...(before === undefined ? {} : { before }) }
    const route = Routes.channelMessages(channel)
    const page = bodyOf(await wire.call<APIMessage[]>({ method: 'GET', route, query }, signal))
    if (page === null) return null
    messages.push(...page)
    const oldest = idOf(page.at(-1)?.id)
    const whole = page.length < PAGE || oldest === null || oldest < idAt(since)
    if (whole || page.some(isIt)) return { messages, whole }
  }
  return { messages, whole: false }
}

/** Null: it is not there. Throws when Discord did not say. */
export function bodyOf<T>(reply: Reply<T>): T | null {
  if (reply.kind === 'done') return reply.body
  if (reply.kind === 'refused' && reply.status === 404) return null
  const cause = 'cause' in reply ? reply.cause : undefined
  throw new Error(`Discord did not show the messages (${reply.kind})`, { cause })
}
