import { stateLife } from './install-state.ts'

const name = 'parley_slack_install'

/** Slack sends the browser back from its own site: a Strict cookie would stay behind. */
const attributes = 'Path=/slack; HttpOnly; SameSite=Lax'

/** The Set-Cookie value. `secure`: the browser is to send it over https alone. */
export const stateCookie = (state: string, secure: boolean): string =>
  `${name}=${state}; Max-Age=${stateLife / 1000}; ${attributes}${secure ? '; Secure' : ''}`

/** The Set-Cookie value that makes the browser forget it. */
export const noStateCookie = `${name}=; Max-Age=0; ${attributes}`

/** The state in a Cookie header. */
export const stateIn = (header: string | null): string | null =>
  new RegExp(`(?:^|;\\s*)${name}=([\\w.-]{1,200})(?:;|$)`).exec(header ?? '')?.[1] ?? null
