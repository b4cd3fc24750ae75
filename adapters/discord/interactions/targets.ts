import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { PacedGet } from '../paced-get.ts'
import type { Scene } from './scene.ts'

/** The messages from whose menu a form was opened, until it is submitted. */
export interface Targets {
  keep(scene: Scene, message: APIMessage): void
  /** Kept, or fetched again after a restart; null when it can't be had. Rejects with the signal's reason only. */
  recall(scene: Scene, message: string, signal: AbortSignal): Promise<APIMessage | null>
}

/** As long as Discord keeps an interaction's token. */
const keptMs = 15 * 60_000
const keptMost = 500
const fetchMs = 5_000

export function createTargets(parts: {
  readonly get: PacedGet
  readonly clock: Clock
  readonly log: Logger
}): Targets {
  const { get, clock, log } = parts
  const kept = new Map<string, { readonly message: APIMessage; readonly until: number }>()

  /** The channel is part of it, so that a form can name messages of its own channel only. */
  const keyOf = (scene: Scene, message: string): string => `${scene.channel.id}/${message}`

  function forget(): void {
    for (const [key, { until }] of kept) {
      if (kept.size <= keptMost && until > clock.elapsed()) return
      kept.delete(key)
    }
  }

  return {
    keep(scene, message) {
      const key = keyOf(scene, message.id)
      kept.delete(key)
      kept.set(key, { message, until: clock.elapsed() + keptMs })
      forget()
    },

    async recall(scene, id, signal) {
      forget()
      const known = kept.get(keyOf(scene, id))
      if (known) return known.message
      if (!scene.reachable) return null
      const request = { route: Routes.channelMessage(scene.channel.id, id), channel: scene.channel.id }
      try {
        const got = await within({ clock, limit: fetchMs, signal }, (limited) =>
          get<APIMessage>(request, limited),
        )
        if (got.kind === 'done') return got.body
        log.warn({ err: got.cause, interaction: scene.id }, 'the message of a menu could not be fetched')
      } catch (error) {
        signal.throwIfAborted()
        log.warn({ err: error, interaction: scene.id }, 'the message of a menu could not be fetched')
      }
      return null
    },
  }
}
