import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { WebRoute } from '../../../src/ports/web-route.ts'
import { within } from '../../../src/within.ts'
import type { Ask } from './asking.ts'
import { exchangeCode } from './code-exchange.ts'
import type { Credentials } from './credentials.ts'
import { createInstallStates } from './install-state.ts'
import type { Kept } from './kept.ts'
import { page } from './page.ts'
import { InstallationRefused } from './refused.ts'
import { noStateCookie, stateCookie, stateIn } from './state-cookie.ts'

const callback = '/slack/oauth_redirect'
/** Milliseconds for Slack's answers and the commit. */
const limit = 20_000
/** Exchanges at the same time: anybody can begin one. */
const mostAtOnce = 10
/** Exchanges in any minute: Slack counts them together with those that renew tokens. */
const mostPerMinute = 20
const minute = 60_000

/**
 * `GET /slack/install` sends the browser to Slack, `GET /slack/oauth_redirect` takes it back. Of `@slack/oauth`'s
 * InstallProvider nothing is left to use here: it wants Node's requests, its states can be used twice, and its log holds
 * whole errors.
 */
export function createInstallPages(parts: {
  readonly credentials: Credentials
  readonly scopes: readonly string[]
  readonly apiUrl: string | null
  readonly publicUrl: string | null
  readonly ask: Ask
  /** Durable when it resolves. */
  readonly installed: (installation: Kept) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): readonly WebRoute[] {
  const { credentials, publicUrl, clock, log, signal } = parts
  const states = createInstallStates(credentials.clientSecret, clock)
  const redirectUri = publicUrl === null ? null : `${publicUrl}${callback}`
  let underWay = 0
  /** `Clock.elapsed` of the last exchanges. */
  let begun: readonly number[] = []

  function hasRoom(): boolean {
    begun = begun.filter((at) => clock.elapsed() - at < minute)
    return underWay < mostAtOnce && begun.length < mostPerMinute
  }

  function begin(request: Request): Response {
    const state = states.issue()
    const to = new URL('/oauth/v2/authorize', parts.apiUrl ?? 'https://slack.com')
    to.searchParams.set('client_id', credentials.clientId)
    to.searchParams.set('scope', parts.scopes.join(','))
    to.searchParams.set('state', state)
    if (redirectUri !== null) to.searchParams.set('redirect_uri', redirectUri)
    return new Response(null, {
      status: 302,
      headers: {
        location: to.href,
        'set-cookie': stateCookie(state, isSecure(request)),
        'cache-control': 'no-store',
      },
    })
  }

  const isSecure = (request: Request): boolean =>
    publicUrl !== null ||
    new URL(request.url).protocol === 'https:' ||
    request.headers.get('x-forwarded-proto') === 'https'

  async function end(request: Request): Promise<Response> {
    const answer = await answerTo(request)
    answer.headers.append('set-cookie', noStateCookie)
    return answer
  }

  async function answerTo(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const state = searchParams.get('state')
    if (state === null || state !== stateIn(request.headers.get('cookie')) || !states.take(state))
      return failed(400, 'This page was opened in another browser, twice, or more than ten minutes later.')
    if (searchParams.get('error') === 'access_denied')
      return failed(200, 'You called it off in Slack. Nothing was installed.')
    const code = searchParams.get('code')
    if (code === null || code.length > 1_000)
      return failed(400, 'Slack sent this browser back without a code. Nothing was installed.')
    if (!hasRoom()) return failed(503, 'Too many people install Parley right now. Try again in a minute.')
    underWay++
    begun = [...begun, clock.elapsed()]
    try {
      return await install(code)
    } finally {
      underWay--
    }
  }

  async function install(code: string): Promise<Response> {
    try {
      const installation = await within({ clock, limit, signal }, async (over) => {
        const exchanged = await exchangeCode(code, { ...parts, redirectUri, signal: over })
        await parts.installed(exchanged)
        return exchanged
      })
      return page(
        200,
        'Parley is installed',
        `Parley is in ${installation.teamName} now. Invite it to a channel with /invite, and mention it there; or write to it directly.`,
        false,
      )
    } catch (error) {
      if (error instanceof InstallationRefused) {
        log.warn({ error: error.error }, 'Slack refused an installation')
        return failed(400, wordsOf(error.error))
      }
      log.error({ err: error }, 'An installation in Slack failed')
      return failed(502, 'Slack did not answer as it should, or Parley could not keep the installation.')
    }
  }

  return [
    { method: 'GET', path: '/slack/install', handle: async (request) => begin(request) },
    { method: 'GET', path: callback, handle: end },
  ]
}

const failed = (status: number, words: string): Response =>
  page(status, 'Parley was not installed', words, true)

/** By Slack's error code (Slack's documents, `oauth.v2.access`, errors). */
function wordsOf(error: string): string {
  switch (error) {
    case 'invalid_code':
    case 'code_already_used':
      return 'Slack’s code was used already, or came too late.'
    case 'bad_redirect_uri':
      return 'The address of this page is not among the redirect URLs of the app in Slack’s settings (OAuth & Permissions).'
    case 'bad_client_secret':
    case 'invalid_client_id':
      return 'Slack does not accept SLACK_CLIENT_ID and SLACK_CLIENT_SECRET. The person who runs Parley has to mend that.'
    default:
      return 'Slack refused the installation. The reason stands in Parley’s log.'
  }
}
