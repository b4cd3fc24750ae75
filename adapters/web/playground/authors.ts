import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { newToken, secretCookie } from '../cookie.ts'
import type { WebEnv } from '../env.ts'
import { Problem } from '../problem.ts'

/** Who calls. The id is public; what proves it is the browser's cookie together with the key it signed in with. */
export interface Who {
  readonly id: string
  /** Whose budget it is: the API key's, or without keys this machine's. A new cookie gives no new budget. */
  readonly account: string
}

/** As much as anyone knows of the author of a message. */
export interface Writer extends Who {
  /** Of the person's own choice. */
  readonly name: string
}

const year = 365 * 86_400
const cookie = secretCookie({ name: 'parley_author', path: '/playground', maxAge: year })

/** The public id of the person behind the token, which can't be had from it. */
export const authorId = (caller: string, token: string): string =>
  `p-${createHash('sha256').update(`author\n${caller}\n${token}`).digest('base64url').slice(0, 22)}`

const who = (caller: string, token: string): Who => ({ id: authorId(caller, token), account: caller })

/** The caller, whom the gate let in; null for one who has not been given a cookie. */
export function authorOf(c: Context<WebEnv>): Who | null {
  const token = cookie.read(c.req.header('cookie'))
  return token === null ? null : who(c.get('caller'), token)
}

/** The same; rejects whoever has none with a `Problem` (401). */
export function knownAuthor(c: Context<WebEnv>): Who {
  const author = authorOf(c)
  if (author) return author
  throw new Problem(
    401,
    'Nobody knows who you are: the cookie that GET /playground/config gives is missing. Reload the page.',
  )
}

/** Gives a browser its cookie, or renews it. */
export function introduce(c: Context<WebEnv>, caller: string): Who {
  const token = cookie.read(c.req.header('cookie')) ?? newToken()
  const secure = c.req.header('x-forwarded-proto') === 'https'
  // A link on another site brings people here without their cookie: a new one would make strangers of them.
  if (c.req.header('sec-fetch-site') !== 'cross-site')
    c.header('set-cookie', cookie.set(token, secure), { append: true })
  return who(caller, token)
}
