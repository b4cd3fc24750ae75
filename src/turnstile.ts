/** Lets one through at a time for each key, in the order they came; different keys side by side. */
export type Turnstile = <T>(key: string, pass: () => Promise<T>) => Promise<T>

export function createTurnstile(): Turnstile {
  const last = new Map<string, Promise<unknown>>()
  return async (key, pass) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(pass, pass)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
