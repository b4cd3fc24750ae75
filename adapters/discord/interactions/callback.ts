import {
  type APIInteractionResponse,
  InteractionResponseType,
  MessageFlags,
  RESTJSONErrorCodes,
  Routes,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import { noMentions } from '../body.ts'
import type { WireRequest } from '../request.ts'
import type { Wire } from '../wire.ts'
import type { Scene } from './scene.ts'

/** How an interaction is answered at once, and what is said of it later. Nothing here rejects, the end of the program aside. */
export interface Callbacks {
  /** Whether what is written under the interaction's token may arrive from now on. */
  answer(
    to: Pick<Scene, 'id' | 'token' | 'heardAt'>,
    response: APIInteractionResponse,
    signal: AbortSignal,
  ): Promise<boolean>
  /** Words in the place of "is thinking". */
  fill(scene: Scene, words: string, signal: AbortSignal): Promise<void>
  /** Words beside the message, for this person alone. */
  whisper(scene: Scene, words: string, signal: AbortSignal): Promise<void>
}

/** Discord waits three seconds; another try makes sense as long as it can arrive before. */
const tryUntilMs = 2_600
const pauseMs = 150
const callMs = 5_000

/** Words that only this person sees, as the answer to an interaction. */
export const privately = (words: string): APIInteractionResponse => ({
  type: InteractionResponseType.ChannelMessageWithSource,
  data: {
    content: words,
    flags: MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds,
    allowed_mentions: noMentions,
  },
})

export function createCallbacks(parts: {
  readonly wire: Wire
  readonly clock: Clock
  readonly log: Logger
}): Callbacks {
  const { wire, clock, log } = parts

  /** One request, for a limited time; null when that passed. */
  async function call(request: WireRequest, signal: AbortSignal) {
    try {
      return await within({ clock, limit: callMs, signal }, (limited) => wire.call(request, limited))
    } catch (error) {
      signal.throwIfAborted()
      return { kind: 'unknown' as const, cause: error }
    }
  }

  const answer: Callbacks['answer'] = async (scene, response, signal) => {
    const request: WireRequest = {
      method: 'POST',
      route: Routes.interactionCallback(scene.id, scene.token),
      body: response,
      auth: false,
    }
    for (;;) {
      const reply = await call(request, signal)
      if (reply.kind === 'done') return true
      if (reply.kind === 'refused') {
        // A try whose reply was lost had arrived.
        if (reply.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) return true
        log.warn(
          { interaction: scene.id, status: reply.status, code: reply.code },
          `Discord did not take the answer to an interaction: ${reply.message}`,
        )
        return false
      }
      const pause = reply.kind === 'limited' ? reply.retryAfterMs : pauseMs
      if (clock.elapsed() - scene.heardAt + pause > tryUntilMs) {
        log.warn({ interaction: scene.id, kind: reply.kind }, 'an interaction could not be answered in time')
        // It may have arrived: whoever writes under the token will be told by Discord.
        return reply.kind === 'unknown'
      }
      await clock.sleep(pause, signal)
    }
  }

  async function say(scene: Scene, request: WireRequest, signal: AbortSignal): Promise<void> {
    const reply = await call(request, signal)
    if (reply.kind === 'done') return
    log.warn(
      { interaction: scene.id, kind: reply.kind },
      'a person could not be told what became of an interaction',
    )
  }

  return {
    answer,
    fill: (scene, words, signal) =>
      say(
        scene,
        {
          method: 'PATCH',
          route: Routes.webhookMessage(scene.application, scene.token, '@original'),
          body: { content: words, allowed_mentions: noMentions, flags: MessageFlags.SuppressEmbeds },
          auth: false,
        },
        signal,
      ),
    whisper: (scene, words, signal) =>
      say(
        scene,
        {
          method: 'POST',
          route: Routes.webhook(scene.application, scene.token),
          query: { wait: 'true' },
          body: {
            content: words,
            allowed_mentions: noMentions,
            flags: MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds,
          },
          auth: false,
        },
        signal,
      ),
  }
}
