import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { plainCause } from '../../src/no-answer.ts'
import { TooSlow } from '../../src/within.ts'
import { isCode } from './plain-words.ts'

/** Why there is no connection: for good, or for a while. */
export type Trouble =
  /** Only a person can mend it. */
  | { readonly kind: 'refused'; readonly words: string }
  /** Only a person can mend it, but without starting Parley again. */
  | { readonly kind: 'switched_off'; readonly words: string }
  | { readonly kind: 'passing'; readonly words: string; readonly retryAfterMs?: number }

/** Only a person can mend it. Its words say how, and stand in the log already. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly words: string

  constructor(words: string) {
    super(words)
    this.words = words
  }
}

const apps = 'https://api.slack.com/apps'

export const socketModeOff = `Socket Mode is switched off for this app. Switch it on at ${apps}, your app, Socket Mode; or use HTTP: set SLACK_SIGNING_SECRET instead of SLACK_APP_TOKEN.`

const wrongAppToken = `Slack does not accept SLACK_APP_TOKEN. Make a new one at ${apps}, your app, Basic Information, App-Level Tokens, with the scope connections:write; it begins with xapp-.`

const appTokenWithoutScope = `SLACK_APP_TOKEN lacks the scope connections:write. Make another one with it at ${apps}, your app, Basic Information, App-Level Tokens.`

const wrongBotToken = `Slack does not accept SLACK_BOT_TOKEN. Copy it anew from ${apps}, your app, OAuth & Permissions, Bot User OAuth Token; it begins with xoxb-.`

const uninstalled = `SLACK_BOT_TOKEN was revoked, or Parley’s app was removed from the workspace. Install it again at ${apps}, your app, Install App, and copy the Bot User OAuth Token.`

const workspaceClosed =
  'The Slack workspace of this app is closed or disabled. Use the tokens of an app in another workspace.'

/**
 * What a refusal of `auth.test` means for the bot's token, by Slack's error code; null where it is no matter of the
 * token, and may pass.
 */
export function troubleOfBotToken(error: string): Extract<Trouble, { kind: 'refused' }> | null {
  switch (error) {
    case 'invalid_auth':
    case 'not_authed':
    case 'token_expired':
    case 'not_allowed_token_type':
      return { kind: 'refused', words: wrongBotToken }
    case 'token_revoked':
    case 'account_inactive':
      return { kind: 'refused', words: uninstalled }
    case 'team_disabled':
    case 'org_login_required':
      return { kind: 'refused', words: workspaceClosed }
    default:
      return null
  }
}

/** What a refusal of `apps.connections.open` means, by Slack's error code. */
function troubleOfAppToken(error: string): Trouble {
  switch (error) {
    case 'invalid_auth':
    case 'not_authed':
    case 'token_revoked':
    case 'token_expired':
    case 'account_inactive':
    case 'user_removed_from_team':
    case 'not_allowed_token_type':
      return { kind: 'refused', words: wrongAppToken }
    case 'missing_scope':
    case 'no_permission':
      return { kind: 'refused', words: appTokenWithoutScope }
    case 'team_disabled':
      return { kind: 'refused', words: workspaceClosed }
    case 'link_disabled':
    case 'forbidden_team':
      return { kind: 'switched_off', words: socketModeOff }
    default:
      return { kind: 'passing', words: `Slack refused a connection (${plainCode(error)})` }
  }
}

/** Why a connection could not be opened. Holds no secret: of errors only codes and numbers are taken. */
export function troubleOfOpening(error: unknown): Trouble {
  if (error instanceof WebAPIPlatformError) return troubleOfAppToken(error.data.error)
  if (error instanceof WebAPIRateLimitedError) {
    const seconds = Number.isFinite(error.retryAfter) ? error.retryAfter : 0
    return { kind: 'passing', words: 'Slack limits our connections now', retryAfterMs: seconds * 1_000 }
  }
  if (error instanceof WebAPIHTTPError)
    return { kind: 'passing', words: `Slack answered ${error.statusCode} when asked for a connection` }
  if (error instanceof WebAPIRequestError) {
    if (isBadHeader(error.original)) return { kind: 'refused', words: wrongAppToken }
    const { code } = plainCause(error.original, 'Slack')
    return { kind: 'passing', words: `Slack can’t be reached${code === null ? '' : ` (${code})`}` }
  }
  if (error instanceof TooSlow) return { kind: 'passing', words: 'Slack did not say hello in time' }
  return { kind: 'passing', words: 'the connection was closed before it stood' }
}

/** A token with a line break or the like in it never leaves this machine. */
const isBadHeader = (error: Error): boolean => /invalid .*header|ByteString/i.test(error.message)

/** The bot's token and the app's belong to different apps. Both by their ids (`A…`). */
export const differentApps = (bot: string, app: string): string =>
  `SLACK_BOT_TOKEN belongs to the app ${plainId(bot)} and SLACK_APP_TOKEN to ${plainId(app)}: events of the one would be answered as the other. Take both from the same app at ${apps}.`

/** `why`: what the scope is for, by the scope's name. */
export function withoutScopes(teamName: string, missing: ReadonlyMap<string, string>): string {
  const lines = [...missing].map(([scope, why]) => `${scope} (${why})`).join(', ')
  const names = [...missing.keys()].map((scope) => `"${scope}"`).join(', ')
  return `Parley’s app lacks scopes in ${teamName}: ${lines}. Add ${names} to oauth_config.scopes.bot in the app’s manifest (${apps}, your app, App Manifest; \`npm run manifest\` prints the whole of it), then install the app again. Until then that part does not work.`
}

const plainCode = (error: string): string => (isCode(error) ? error : 'for an unknown reason')

const plainId = (id: string): string => (/^[A-Z0-9]{1,30}$/.test(id) ? id : 'of an unknown name')
