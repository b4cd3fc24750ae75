import {
  type IShardingStrategy,
  managerToFetchingStrategyOptions,
  SimpleContextFetchingStrategy,
  type WebSocketManager,
  WebSocketShard,
  WebSocketShardEvents,
} from '@discordjs/ws'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'
import { guard, lasting, resumable } from './shard-mending.ts'
import type { Standing } from './trials.ts'

/** What a shard goes through. */
export interface ShardNotices {
  spawned(shards: readonly number[]): void
  heard(shard: number): void
  session(shard: number, stands: Standing | null): void
  closed(shard: number, code: number): void
  /** A handler of discord.js threw over a packet, or a socket failed. */
  failed(shard: number, error: unknown): void
}

export interface Shards {
  /** For the Client's `ws.buildStrategy`. */
  build(manager: WebSocketManager): IShardingStrategy
  /**
   * Takes the shard's socket out of service; its session is kept. `leave: 'session'`: that is given up too, the next one begins
   * at the gateway's own address.
   */
  drop(shard: number, leave: 'socket' | 'session'): void
  /** Connects it with a new socket, and goes on with its session if there is one. */
  renew(shard: number): void
  /** They never connect again, whatever they are in the middle of. */
  retire(): void
}

/** The shards of one Client in this process, with eyes on each and an end that holds. */
export function createShards(notices: ShardNotices): Shards {
  let retired = false
  const shards = new Map<number, WebSocketShard>()
  let make = (_: number): WebSocketShard => {
    throw new Error('No shard has been spawned yet')
  }
  let forget = (_: number): void => undefined

  function build(manager: WebSocketManager): IShardingStrategy {
    function watch(shard: WebSocketShard): void {
      const { id } = shard
      // What a shard that was given up says late would be taken for the new one's.
      const on = <T>(event: WebSocketShardEvents, tell: (payload: T) => void): void => {
        shard.on(event, (payload?: T) => {
          if (!retired && shards.get(id) === shard) tell(payload ?? ({} as T))
        })
      }
      const pass = (event: WebSocketShardEvents, payload: object): void => {
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
      on(WebSocketShardEvents.Hello, () => notices.heard(id))
      on(WebSocketShardEvents.HeartbeatComplete, () => notices.heard(id))
      on(WebSocketShardEvents.Dispatch, () => notices.heard(id))
      on(WebSocketShardEvents.Ready, () => notices.session(id, 'begun'))
      on(WebSocketShardEvents.Resumed, () => notices.session(id, 'resumed'))
      on(WebSocketShardEvents.Closed, () => notices.session(id, null))
      on<{ code: number }>(WebSocketShardEvents.Closed, ({ code }) => notices.closed(id, code))
      on<{ error: unknown }>(WebSocketShardEvents.Error, ({ error }) => notices.failed(id, error))
      for (const event of Object.values(WebSocketShardEvents))
        on<object>(event, (payload) => pass(event, payload))
    }

    return {
      spawn: async (ids) => {
        const options = await managerToFetchingStrategyOptions(manager)
        make = (id) => {
          const strategy = lasting(
            new SimpleContextFetchingStrategy(manager, options),
            () => retired || shards.get(id) !== shard,
          )
          const shard = new WebSocketShard(strategy, id)
          shard.on(WebSocketShardEvents.Hello, strategy.met)
          shard.on(WebSocketShardEvents.Closed, strategy.parted)
          shards.set(id, shard)
          guard(shard, (error) => notices.failed(id, error))
          watch(shard)
          return shard
        }
        forget = (id) => void manager.options.updateSessionInfo(id, null)
        for (const id of ids) make(id)
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
    drop: (id, leave) => {
      const shard = shards.get(id)
      shards.delete(id)
      if (leave === 'session') forget(id)
      // It may wait for a silent peer for ever; nobody waits for it.
      shard
        ?.destroy({ code: resumable, reason: 'Silent' })
        .catch((error: unknown) => notices.failed(id, error))
    },
    renew: (id) => {
      if (retired || shards.has(id)) return
      make(id)
        .connect()
        .catch((error: unknown) => notices.failed(id, error))
    },
    retire: () => {
      retired = true
    },
  }
}
