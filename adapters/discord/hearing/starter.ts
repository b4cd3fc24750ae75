import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { ChannelFacts } from '../channel-facts.ts'
import type { Directory } from '../directory.ts'
import type { PacedGet } from '../paced-get.ts'
import type { Incoming } from './incoming.ts'
import { wholeMessage } from './whole.ts'

/** Milliseconds: a question doesn't wait longer for what its thread is about. */
const limit = 1_500

/** The message that a thread was opened on; null where there is none or it can't be had in time. Never rejects. */
export async function starterOf(
  thread: ChannelFacts,
  parts: {
    readonly directory: Directory
    readonly get: PacedGet
    readonly clock: Clock
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<Incoming | null> {
  const { parent } = thread
  if (parent === null) return null
  try {
    return await within({ clock: parts.clock, limit, signal: parts.signal }, async (signal) => {
      const { kind } = await parts.directory.channel(parent, thread.guild, signal)
      // A post's first message stands in its thread; other threads hang on a message of the channel above.
      const home = kind === 'forum' ? thread.id : parent
      const got = await parts.get<APIMessage>({ route: Routes.channelMessage(home, thread.id) }, signal)
      const starter = got.kind === 'done' ? wholeMessage(got.body) : null
      return starter?.author ? starter : null
    })
  } catch (error) {
    parts.log.debug({ err: error, thread: thread.id }, 'The thread’s first message could not be had')
    return null
  }
}
