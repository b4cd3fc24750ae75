import { EventEmitter } from 'node:events'
import Keyv, { type KeyvStoreAdapter } from 'keyv'
import type { Clock } from '../../src/ports/clock.ts'
import type { Store, StoreEntry } from '../../src/ports/store.ts'
import type { Connection } from './connection.ts'
import type { KvWrite } from './kv.ts'
import { fromJson, toJson } from './storable.ts'

/** How many entries an iteration reads at a time. */
const PAGE = 100

/** Sorts behind every key: no character comes after it. */
const LAST = '\u{10ffff}'

/** A storage adapter for any Keyv, on the `kv` table; its own expiry times follow the injected clock. */
export function keyvStorage(connection: Connection, clock: Clock): KeyvStoreAdapter {
  const get = async (keys: string[]): Promise<(string | undefined)[]> =>
    (await connection.call('kvGet', { keys, at: clock.now() })).map((value) => value ?? undefined)
  const put = (entries: { key: string; value: string; ttl?: number | undefined }[]): Promise<void> =>
    connection.call('kvSet', {
      entries: entries.map(({ key, value, ttl }) => ({ key, value, expiresAt: expiry(ttl, clock.now()) })),
    })
  const storage = Object.assign(new EventEmitter(), {
    // Keyv offers iteration only for dialects it knows by name.
    opts: { dialect: 'sqlite', url: '' } as Record<string, unknown>,
    namespace: undefined as string | undefined,
    get: async (key: string) => (await get([key]))[0],
    getMany: get,
    set: async (key: string, value: string, ttl?: number) => {
      await put([{ key, value, ttl }])
      return true
    },
    setMany: put,
    has: async (key: string) => (await get([key]))[0] !== undefined,
    hasMany: async (keys: string[]) => (await get(keys)).map((value) => value !== undefined),
    delete: (key: string) => connection.call('kvDelete', { keys: [key], at: clock.now() }),
    deleteMany: (keys: string[]) => connection.call('kvDelete', { keys, at: clock.now() }),
    clear(): Promise<void> {
      return connection.call('kvClear', range(storage.namespace))
    },
    async *iterator(namespace?: string) {
      let { after, before } = range(namespace)
      for (;;) {
        const page = await connection.call('kvPage', { after, before, at: clock.now(), limit: PAGE })
        for (const { key, value } of page) yield [key, value]
        if (page.length < PAGE) return
        after = page.at(-1)?.key ?? before
      }
    },
  })
  return storage as unknown as KeyvStoreAdapter
}

/**
 * Parley's own store. Its values carry no expiry time of their own, so that there is one clock, the storage's; and
 * errors reject instead of being told to listeners, since a write is durable when it resolves.
 */
export function openStore(storage: KeyvStoreAdapter): Store {
  return new Keyv({
    store: storage,
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
    serialize: ({ value }) => toJson(value),
    deserialize: (json: string) => ({ value: fromJson(json) }),
  })
}

/** The same row that `set` of the store would write. */
export function kvWrite({ key, value, ttl }: StoreEntry, now: number): KvWrite {
  return { key, value: toJson(value), expiresAt: expiry(ttl, now) }
}

/** Keyv takes 0 for none. */
function expiry(ttl: number | undefined, now: number): number | null {
  return ttl === undefined || ttl === 0 ? null : Math.round(now + ttl)
}

/** A namespace's keys begin with its name and a colon. */
function range(namespace: string | undefined): { after: string; before: string } {
  return namespace ? { after: `${namespace}:`, before: `${namespace}:${LAST}` } : { after: '', before: LAST }
}
