import type { MessageRef } from '../../../src/ports/event.ts'
import type { Spot } from '../../../src/ports/intake.ts'
import type { Store } from '../../../src/ports/store.ts'
import { idOf } from '../fields.ts'
import type { Installations } from '../installations/installation.ts'
import { fileRef } from '../ways.ts'
import type { Envelope } from './envelope.ts'
import type { Incoming } from './incoming.ts'

/**
 * Parley's own files in channels. A send tells the file only, so that its answer is known by that; in which message it
 * stands Slack tells afterwards. What is written under that message goes on with the answer's conversation.
 */
export interface OwnFiles {
  /** Durable when it resolves. Of other messages nothing is noted. */
  heard(envelope: Envelope, message: Incoming): Promise<void>
  /** The same spot, in a thread under one of them with what its answer is known by. */
  spot(spot: Spot): Promise<Spot>
}

export function createOwnFiles({
  store,
  installations,
  historyMs,
  signal,
}: {
  readonly store: Pick<Store, 'get' | 'set'>
  readonly installations: Pick<Installations, 'of' | 'all'>
  /** Milliseconds for which they are known: as long as history. */
  readonly historyMs: number
  readonly signal: AbortSignal
}): OwnFiles {
  async function isOwn({ workspace, enterprise, isShared }: Envelope, { user }: Incoming): Promise<boolean> {
    const told = await installations.of(workspace, enterprise, signal)
    const all = isShared ? await installations.all(signal) : []
    return [...all, told].some((one) => one !== null && one.botUser === user)
  }

  return {
    async heard(envelope, message) {
      const { channel, ts, subtype, thread, files } = message
      const file = idOf(files[0]?.id)
      // In threads people go on with what the thread is about.
      if (subtype !== 'file_share' || thread !== null || file === null) return
      if (await isOwn(envelope, message)) await store.set(keyOf({ channel, id: ts }), file, historyMs)
    },
    async spot(spot) {
      if (spot.repliesTo === null) return spot
      const file = await store.get<string>(keyOf(spot.repliesTo))
      return file === undefined ? spot : { ...spot, repliedAs: fileRef(spot.channel, file) }
    },
  }
}

const keyOf = ({ channel, id }: MessageRef): string => `slack:own-file:${JSON.stringify([channel, id])}`
