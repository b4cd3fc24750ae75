import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whose key it was: a short digest that says nothing about the key. */
export interface KeyOwner {
  readonly caller: string
}

/** The keys that open REST and playground, held as digests only. */
export interface Keyring {
  readonly empty: boolean
  /** Compared in constant time, with each key, whatever matches first. */
  owner(key: string): KeyOwner | null
  /** Whether the key with this caller's digest is still among the keys. */
  knows(caller: string): boolean
}

export function createKeyring(keys: readonly string[]): Keyring {
  const known = keys.map((key) => ({ digest: digest(key), caller: callerOf(key) }))
  const callers = new Set(known.map((each) => each.caller))
  return {
    empty: known.length === 0,
    owner: (key) => {
      const given = digest(key)
      let found: KeyOwner | null = null
      for (const each of known) if (timingSafeEqual(given, each.digest)) found = { caller: each.caller }
      return found
    },
    knows: (caller) => callers.has(caller),
  }
}

/** The second digest keeps a logged caller from helping anyone to compare with the first. */
const callerOf = (key: string): string =>
  `key_${createHash('sha256').update('caller').update(digest(key)).digest('base64url').slice(0, 12)}`
