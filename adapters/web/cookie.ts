import { randomBytes } from 'node:crypto'

/** A cookie that no script can read and no other site can make a browser send; its value is a random secret. */
export interface SecretCookie {
  /** The Set-Cookie value. `secure`: the browser is to send it over https alone. */
  set(token: string, secure: boolean): string
  /** The Set-Cookie value that makes the browser forget it. */
  forget(): string
  /** The token in a Cookie header; null when there is none that makes sense. */
  read(header: string | undefined): string | null
}

/** 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

export function secretCookie(options: {
  readonly name: string
  readonly path: string
  /** Seconds; browsers keep none longer than 400 days. */
  readonly maxAge: number
}): SecretCookie {
  const { name, path } = options
  const found = new RegExp(`(?:^|;\\s*)${name}=([\\w-]{43})(?:;|$)`)
  const cookie = (token: string, maxAge: number, secure: boolean): string => {
    const parts = [`${name}=${token}`, `Path=${path}`, `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Strict']
    return (secure ? [...parts, 'Secure'] : parts).join('; ')
  }
  return {
    set: (token, secure) => cookie(token, options.maxAge, secure),
    forget: () => cookie('', 0, false),
    read: (header) => found.exec(header ?? '')?.[1] ?? null,
  }
}
