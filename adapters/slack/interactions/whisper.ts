import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Place } from '../../../src/ports/event.ts'
import { within } from '../../../src/within.ts'
import { mrkdwnOf } from '../mrkdwn.ts'
import type { ResponseUrls } from '../response-url.ts'
import type { Wire } from '../wire.ts'
import type { Scene } from './scene.ts'

/**
 * Says words to the one person who did something, beside what is there. `words`: Markdown. Rejects with the signal's
 * reason only.
 */
export type Whisper = (scene: Scene, words: string, signal: AbortSignal) => Promise<void>

const limitMs = 10_000

export function createWhisper(parts: {
  readonly wire: Wire
  readonly responses: ResponseUrls
  readonly clock: Clock
  readonly log: Logger
}): Whisper {
  const { wire, responses, clock, log } = parts

  async function say(scene: Scene, words: string, signal: AbortSignal): Promise<string> {
    const { channel, responseUrl: url, caller, team, enterprise } = scene
    if (url !== null) {
      const part = { markdown: words, state: 'done', controls: [] } as const
      const to = { kind: 'response', url, private: true } as const
      return (await responses.post(placeIn(scene), to, part, scene.id, signal)).kind
    }
    if (channel === null) return 'nowhere'
    const args = { channel, user: caller.id, text: mrkdwnOf(words) }
    const request = { team: team ?? enterprise ?? '', method: 'chat.postEphemeral', args }
    return (await wire.call(request, signal)).kind
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

const placeIn = ({ team, enterprise, channel }: Scene): Place => ({
  conversation: {
    platform: 'slack',
    workspace: team ?? enterprise ?? '',
    channel: channel ?? '',
    thread: '',
  },
  root: null,
  direct: false,
})

const couldNot = 'a person could not be told what became of an interaction'
