import { createHash } from 'node:crypto'
import type { Store } from '../../src/ports/store.ts'
import { newToken, secretCookie } from './cookie.ts'
import type { Keyring } from './keys.ts'

/** A browser that has shown a key: a random cookie, of which only the digest is stored. */
export interface Sessions {
  /** The Set-Cookie value of a new session. */
  open(caller: string, secure: boolean): Promise<string>
  /** Who signed in with this Cookie header; null when nobody, too long ago, or with a key that is gone since. */
  caller(cookies: string | undefined): Promise<string | null>
  /** Ends the session; the Set-Cookie value that makes the browser forget it. */
  close(cookies: string | undefined): Promise<string>
}

const keptSeconds = 30 * 86_400
const cookie = secretCookie({ name: 'parley_session', path: '/', maxAge: keptSeconds })

const keyOf = (token: string): string =>
  `web:session:${createHash('sha256').update(token).digest('base64url')}`

export function createSessions(store: Store, keyring: Keyring): Sessions {
  return {
    open: async (caller, secure) => {
      const token = newToken()
      await store.set(keyOf(token), { caller }, keptSeconds * 1_000)
      return cookie.set(token, secure)
    },
    caller: async (cookies) => {
      const token = cookie.read(cookies)
      if (!token) return null
      const session = await store.get<{ caller: string }>(keyOf(token))
      return session && keyring.knows(session.caller) ? session.caller : null
    },
    close: async (cookies) => {
      const token = cookie.read(cookies)
      if (token) await store.delete(keyOf(token))
      return cookie.forget()
    },
  }
}
