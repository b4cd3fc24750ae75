/** Key-value storage with expiry. A Keyv is one: `new Keyv({ store: … })` satisfies it as it is. Values are plain JSON. */
export interface Store {
  get<T>(key: string): Promise<T | undefined>
  /** In the order of `keys`; undefined where there is none. */
  getMany<T>(keys: string[]): Promise<(T | undefined)[]>
  /** Durable when it resolves. `ttl` in milliseconds; absent = kept until deleted. */
  set<T>(key: string, value: T, ttl?: number): Promise<boolean>
  delete(key: string): Promise<boolean>
  deleteMany(keys: string[]): Promise<boolean>
}

/** A write that commits together with others (`Claim.settle`). */
export interface StoreEntry {
  readonly key: string
  readonly value: unknown
  /** Milliseconds; absent = kept until deleted. */
  readonly ttl?: number
}
