import type { Context, MiddlewareHandler } from 'hono'
import { isLoopback } from '../../src/config/loopback.ts'
import type { WebEnv } from './env.ts'
import { hostName } from './host-name.ts'
import type { Keyring } from './keys.ts'
import { Problem } from './problem.ts'
import type { Sessions } from './sessions.ts'

/**
 * Who gets in. `keys`: whoever shows one. `local`: whoever is on this machine, and not a web page that was lured
 * here. `closed`: nobody, since the address is reachable from outside and no key is set.
 */
export type Door = 'keys' | 'local' | 'closed'

export interface Gate {
  readonly door: Door
  /** For every route but /health. */
  readonly entry: MiddlewareHandler<WebEnv>
  /** A bearer key, where keys are set. */
  readonly rest: MiddlewareHandler<WebEnv>
  /** A bearer key or a signed-in browser. */
  readonly playground: MiddlewareHandler<WebEnv>
  /** The playground's caller; null for a browser that has not signed in yet. */
  player(c: Context<WebEnv>): Promise<string | null>
}

export const closedWords =
  'Parley listens on an address that others can reach, and no API key is set, so playground and REST are closed. ' +
  'Set PARLEY_API_KEYS, or HOST=127.0.0.1, and start again.'

export function createGate(options: {
  readonly host: string
  readonly keyring: Keyring
  readonly sessions: Sessions
  readonly allowedOrigin: (origin: string) => boolean
}): Gate {
  const { keyring, sessions } = options
  const door: Door = keyring.empty ? (isLoopback(options.host) ? 'local' : 'closed') : 'keys'

  const entry: MiddlewareHandler<WebEnv> = async (c, next) => {
    if (door === 'closed') throw new Problem(403, closedWords)
    if (door === 'local') {
      checkHost(c)
      checkOrigin(c, c.req.path.startsWith('/playground') ? ownPagesOnly : options.allowedOrigin)
      c.set('caller', 'local')
    }
    await next()
  }

  function bearer(c: Context<WebEnv>): string | null {
    const key = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (key === undefined) return null
    const owner = keyring.owner(key)
    if (!owner) throw unauthorised('This API key is not one of PARLEY_API_KEYS.')
    return owner.caller
  }

  const rest: MiddlewareHandler<WebEnv> = async (c, next) => {
    if (door === 'keys') {
      const caller = bearer(c)
      if (!caller) throw unauthorised('An API key is needed: send the header "Authorization: Bearer <key>".')
      c.set('caller', caller)
    }
    await next()
  }

  const player = async (c: Context<WebEnv>): Promise<string | null> =>
    door === 'local' ? 'local' : (bearer(c) ?? (await sessions.caller(c.req.header('cookie'))))

  const playground: MiddlewareHandler<WebEnv> = async (c, next) => {
    if (door === 'keys') {
      const caller = await player(c)
      if (!caller) throw unauthorised('Sign in with an API key first.')
      checkOrigin(c, ownPagesOnly)
      c.set('caller', caller)
    }
    await next()
  }

  return {
    door,
    entry,
    rest,
    playground,
    player,
  }
}

const ownPagesOnly = (): boolean => false

/** A page that rebinds its name to 127.0.0.1 still sends its own name as Host. */
function checkHost(c: Context<WebEnv>): void {
  const name = hostName(c.env.incoming.headers.host)
  if (name !== null && isLoopback(name)) return
  throw new Problem(
    403,
    'Without API keys Parley answers this machine only: call it as 127.0.0.1 or localhost, or set PARLEY_API_KEYS.',
  )
}

/** Browsers name the page that makes them call; pages from elsewhere may not use this machine's Parley. */
function checkOrigin(c: Context<WebEnv>, allowed: (origin: string) => boolean): void {
  const origin = c.req.header('origin')
  if (origin === undefined || allowed(origin)) return
  if (URL.canParse(origin) && new URL(origin).host === c.env.incoming.headers.host?.toLowerCase()) return
  throw new Problem(
    403,
    'This page belongs to another site. Add its origin to CORS_ORIGINS to let it call Parley.',
  )
}

function unauthorised(words: string): Problem {
  return new Problem(401, words, { 'www-authenticate': 'Bearer realm="Parley"' })
}
