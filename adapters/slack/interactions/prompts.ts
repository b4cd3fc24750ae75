import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { createRecent } from '../../../src/recent.ts'
import { within } from '../../../src/within.ts'
import type { PacedCall } from '../paced-call.ts'

/** A new chat with Parley, in which something may be suggested. */
export interface Chat {
  /** Of the installation. */
  readonly workspace: string
  readonly channel: string
  /** Only of apps with Slack's former assistant view: for others the call does nothing when it names one. */
  readonly thread: string | null
}

/** Offers beginnings of a conversation. Resolves when that is done or given up; never rejects. */
export type Prompts = (chat: Chat, signal: AbortSignal) => Promise<void>

/**
 * At most four (Slack's limit). A prompt is sent as it stands, so that what it is about is asked for. They
 * stand in the app's manifest as well.
 */
export const suggestions = [
  { title: 'What can you do?', message: 'What can you help me with here?' },
  { title: 'Help me write', message: 'Help me write a message to my team. Ask me what it is about.' },
  { title: 'Help me decide', message: 'Help me weigh a decision. Ask me what is at stake.' },
  {
    title: 'Explain something',
    message: 'Explain something to me. Ask me what, and what I know of it already.',
  },
] as const

const title = 'What can I do for you?'

/** Milliseconds. Opening the same chat again within that time asks for nothing new. */
const restMs = 60_000
const restMost = 5_000
const limitMs = 30_000

export function createPrompts(parts: {
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
}): Prompts {
  const { call, clock, log } = parts
  const offeredAt = createRecent<number>(restMost)

  return async ({ workspace, channel, thread }, signal) => {
    const key = JSON.stringify([workspace, channel, thread])
    const last = offeredAt.get(key)
    if (last !== undefined && clock.elapsed() - last < restMs) return
    offeredAt.set(key, clock.elapsed())
    const args = {
      channel_id: channel,
      title,
      prompts: suggestions,
      ...(thread !== null && { thread_ts: thread }),
    }
    try {
      const request = { team: workspace, method: 'assistant.threads.setSuggestedPrompts', args }
      const got = await within({ clock, limit: limitMs, signal }, (limited) => call(request, limited))
      // Apps without an agent's or assistant's view have no such chats: that is no trouble.
      if (got.kind === 'failed') log.debug({ err: got.cause }, couldNot)
    } catch (err) {
      if (!signal.aborted) log.debug({ err }, couldNot)
    }
  }
}

const couldNot = 'Nothing could be suggested in a new chat'
