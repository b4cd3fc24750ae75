import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Place } from '../../../src/ports/event.ts'
import { within } from '../../../src/within.ts'
import type { Installations } from '../installations/installation.ts'
import { mrkdwnOf } from '../mrkdwn.ts'
import type { PacedCall } from '../paced-call.ts'
import type { ResponseUrls } from '../response-url.ts'
import type { Scene } from './scene.ts'

/**
 * Says words to the one person who did something, beside what is there. `words`: Markdown. Rejects with the signal's
 * reason only.
 */
export type Whisper = (scene: Scene, words: string, signal: AbortSignal) => Promise<void>

const limitMs = 10_000

export function createWhisper(parts: {
  readonly call: PacedCall
  readonly installations: Pick<Installations, 'of'>
  readonly responses: ResponseUrls
  readonly clock: Clock
  readonly log: Logger
}): Whisper {
  const { call, installations, responses, clock, log } = parts

  async function say(scene: Scene, words: string, signal: AbortSignal): Promise<string> {
    const { channel, thread, responseUrl: url, caller } = scene
    // A response URL says nothing to one person in a thread (Slack's documents), where they look.
    if (channel !== null && (thread !== null || url === null)) {
      const args = {
        channel,
        user: caller.id,
        text: mrkdwnOf(words),
        ...(thread !== null && { thread_ts: thread }),
      }
      const named = scene.team ?? scene.enterprise ?? ''
      // The scene names the person's workspace, which has no token of its own in an organisation.
      const installation = await installations.of(named, scene.enterprise, signal)
      const team = installation?.team ?? named
      const got = await call({ team, method: 'chat.postEphemeral', args }, signal)
      // Only what Slack refused was certainly not said.
      if (got.kind === 'done' || got.error === null || url === null) return got.kind
    }
    if (url !== null) {
      const part = { markdown: words, state: 'done', controls: [] } as const
      const to = { kind: 'response', url, private: true } as const
      return (await responses.post(placeIn(scene), to, part, scene.id, signal)).kind
    }
    return 'nowhere'
  }

  return async (scene, words, signal) => {
    try {
      const outcome = await within({ clock, limit: limitMs, signal }, (limited) => say(scene, words, limited))
      if (outcome !== 'done' && outcome !== 'sent') log.warn({ interaction: scene.id, outcome }, couldNot)
    } catch (err) {
      signal.throwIfAborted()
      log.warn({ err, interaction: scene.id }, couldNot)
    }
  }
}

const placeIn = (scene: Scene): Place => ({
  conversation: {
    platform: 'slack',
    workspace: scene.team ?? scene.enterprise ?? '',
    channel: scene.channel ?? '',
    thread: '',
  },
  root: null,
  direct: false,
})

const couldNot = 'a person could not be told what became of an interaction'
