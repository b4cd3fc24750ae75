import {
  type IContextFetchingStrategy,
  type SimpleContextFetchingStrategy,
  type WebSocketShard,
  WebSocketShardDestroyRecovery,
} from '@discordjs/ws'
import { type Frame, mended } from './frames.ts'

/** Any code but 1000 and 1001: after those Discord forgets the session (Discord's documents, "Resuming"). */
export const resumable = 4_200

/** Nobody waits for what @discordjs/ws makes of a frame: its errors would be unhandled rejections, and the end of the process. */
export function guard(shard: WebSocketShard, failed: (error: unknown) => void): void {
  const inside = shard as unknown as Inside
  const unpack = inside.unpackMessage.bind(shard)
  const take = inside.onMessage.bind(shard)
  inside.unpackMessage = async (data, isBinary) => {
    const frame = await unpack(data, isBinary)
    return frame && mended(frame)
  }
  inside.onMessage = async (data, isBinary) => {
    try {
      await take(data, isBinary)
    } catch (error) {
      failed(error)
      const recover = WebSocketShardDestroyRecovery.Resume
      await shard.destroy({ code: resumable, reason: 'A frame without sense', recover }).catch(failed)
    }
  }
}

/** Private parts of a shard in @discordjs/ws 1.2. */
interface Inside {
  onMessage(data: unknown, isBinary: boolean): Promise<void>
  unpackMessage(data: unknown, isBinary: boolean): Promise<Frame | null>
}

/**
 * Two things of @discordjs/ws 1.2 are mended here. A shard that is destroyed while it pauses before a reconnect connects all the
 * same: its first step is to ask for the session; once over, it waits there for ever, without a socket or a timer, and is
 * collected. And a session is thrown away when a connection could not be made at all, though nobody said that it has ended.
 */
export function lasting(strategy: SimpleContextFetchingStrategy, over: () => boolean): Lasting {
  const never = new Promise<never>(() => {})
  let met = false
  return {
    options: strategy.options,
    retrieveSessionInfo: async (id) => (over() ? never : strategy.retrieveSessionInfo(id)),
    updateSessionInfo: async (id, session) => {
      if (!over() && (session !== null || met)) await strategy.updateSessionInfo(id, session)
    },
    waitForIdentify: (id, signal) => strategy.waitForIdentify(id, signal),
    met: () => {
      met = true
    },
    // A close that ends the session, too, says so within this very step.
    parted: () =>
      queueMicrotask(() => {
        met = false
      }),
  }
}

export interface Lasting extends IContextFetchingStrategy {
  /** The gateway spoke. */
  met(): void
  parted(): void
}
