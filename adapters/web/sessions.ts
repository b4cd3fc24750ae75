import { createHash, randomBytes } from 'node:crypto'
import type { Store } from '../../src/ports/store.ts'
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

const name = 'parley_session'
const days = 30
const dayMs = 86_400_000

const keyOf = (token: string): string =>
  `web:session:${createHash('sha256').update(token).digest('base64url')}`

export function createSessions(store: Store, keyring: Keyring): Sessions {
  return {
    open: async (caller, secure) => {
      const token = randomBytes(32).toString('base64url')
      await store.set(keyOf(token), { caller }, days * dayMs)
      return cookie(token, days * 86_400, secure)
    },
    caller: async (cookies) => {
      const token = tokenIn(cookies)
      if (!token) return null
      const session = await store.get<{ caller: string }>(keyOf(token))
      return session && keyring.knows(session.caller) ? session.caller : null
    },
    close: async (cookies) => {
      const token = tokenIn(cookies)
      if (token) await store.delete(keyOf(token))
      return cookie('', 0, false)
    },
  }
}

function cookie(token: string, maxAge: number, secure: boolean): string {
  const parts = [`${name}=${token}`, 'Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Strict']
  return (secure ? [...parts, 'Secure'] : parts).join('; ')
}

function tokenIn(cookies: string | undefined): string | null {
  return /(?:^|;\s*)parley_session=([\w-]{43})(?:;|$)/.exec(cookies ?? '')?.[1] ?? null
}
