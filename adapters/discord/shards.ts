import {
  type IContextFetchingStrategy,
  type IShardingStrategy,
  managerToFetchingStrategyOptions,
  SimpleContextFetchingStrategy,
  type WebSocketManager,
  WebSocketShard,
  WebSocketShardEvents,
} from '@discordjs/ws'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'

/** What a shard goes through. */
export interface ShardNotices {
  spawned(shards: readonly number[]): void
  heard(shard: number): void
  session(shard: number, stands: boolean): void
  closed(shard: number, code: number): void
  /** A handler of discord.js threw over a packet, or a socket failed. */
  failed(shard: number, error: unknown): void
}

export interface Shards {
  /** For the Client's `ws.buildStrategy`. */
  build(manager: WebSocketManager): IShardingStrategy
  /** They never connect again, whatever they are in the middle of. */
  retire(): void
}

/** The shards of one Client in this process, with eyes on each and an end that holds. */
export function createShards(notices: ShardNotices): Shards {
  let retired = false

  function build(manager: WebSocketManager): IShardingStrategy {
    const shards = new Map<number, WebSocketShard>()

    function watch(shard: WebSocketShard): void {
      const { id } = shard
      const pass = (event: WebSocketShardEvents, payload: object): void => {
        if (retired) return
        try {
          // The manager's types don't know that a payload belongs to its event.
          manager.emit(event as WebSocketShardEvents.Dispatch, {
            ...(payload as { data: GatewayDispatchPayload }),
            shardId: id,
          })
        } catch (error) {
          // It would become an unhandled rejection within @discordjs/ws, and the end of the process.
          notices.failed(id, error)
        }
      }
      shard.on(WebSocketShardEvents.Hello, () => notices.heard(id))
      shard.on(WebSocketShardEvents.HeartbeatComplete, () => notices.heard(id))
      shard.on(WebSocketShardEvents.Dispatch, () => notices.heard(id))
      shard.on(WebSocketShardEvents.Ready, () => notices.session(id, true))
      shard.on(WebSocketShardEvents.Resumed, () => notices.session(id, true))
      shard.on(WebSocketShardEvents.Closed, () => notices.session(id, false))
      shard.on(WebSocketShardEvents.Closed, ({ code }) => notices.closed(id, code))
      shard.on(WebSocketShardEvents.Error, ({ error }) => notices.failed(id, error))
      for (const event of Object.values(WebSocketShardEvents))
        shard.on(event, (payload?: object) => pass(event, payload ?? {}))
    }

    return {
      spawn: async (ids) => {
        const options = await managerToFetchingStrategyOptions(manager)
        for (const id of ids) {
          const shard = new WebSocketShard(
            lasting(new SimpleContextFetchingStrategy(manager, options), () => retired),
            id,
          )
          watch(shard)
          shards.set(id, shard)
        }
        notices.spawned(ids)
      },
      connect: async () => {
        await Promise.all([...shards.values()].map((shard) => shard.connect()))
      },
      destroy: async (options) => {
        await Promise.all([...shards.values()].map((shard) => shard.destroy(options)))
        shards.clear()
      },
      send: async (id, payload) => {
        const shard = shards.get(id)
        if (!shard) throw new RangeError(`There is no shard ${id}`)
        await shard.send(payload)
      },
      fetchStatus: () => {
        throw new Error('Nobody asks for it: the notices say how each shard is')
      },
    }
  }

  return {
    build,
    retire: () => {
      retired = true
    },
  }
}

/**
 * A shard that is destroyed while it pauses before a reconnect connects all the same (@discordjs/ws 1.2). Its first step is to
 * ask for the session: once retired, it waits there for ever, without a socket or a timer, and is collected.
 */
function lasting(strategy: SimpleContextFetchingStrategy, retired: () => boolean): IContextFetchingStrategy {
  const never = new Promise<never>(() => {})
  return {
    options: strategy.options,
    retrieveSessionInfo: async (id) => (retired() ? never : strategy.retrieveSessionInfo(id)),
    updateSessionInfo: (id, session) => strategy.updateSessionInfo(id, session),
    waitForIdentify: (id, signal) => strategy.waitForIdentify(id, signal),
  }
}
