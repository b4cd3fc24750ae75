import type { Config } from '../config/config.ts'
import { slackWay } from '../config/slack-way.ts'
import { type Finding, fail, note, ok } from './finding.ts'
import { type SlackAnswer, type SlackApi, slackApi } from './slack-api.ts'

const apps = 'https://api.slack.com/apps'

type Refused = Exclude<SlackAnswer, { kind: 'answered' }>

/**
 * Asks Slack about the tokens and what they may do. Sends no message, and connects to nothing. `scopes`: those the bot
 * needs, with what each is for.
 */
export async function checkSlack(
  { slack }: Pick<Config, 'slack'>,
  scopes: ReadonlyMap<string, string>,
): Promise<readonly Finding[]> {
  const way = slackWay(slack)
  if (way === 'off')
    return [note('slack', 'SLACK_BOT_TOKEN is not set, so Slack is off. docs/slack.md says how to get one.')]
  const api = slackApi(slack.apiUrl)
  const bot = slack.botToken === null ? several() : await botFindings(api, slack.botToken, scopes)
  const events =
    way === 'socket' ? await socketFindings(api, slack.appToken ?? '', bot.app) : [overHttp(slack)]
  return [...bot.findings, ...events]
}

interface BotFindings {
  readonly findings: readonly Finding[]
  /** Id of the app (`A…`); null: not known. */
  readonly app: string | null
}

function several(): BotFindings {
  return {
    findings: [
      note(
        'slack',
        'Several workspaces: their tokens are made when they install Parley, and can’t be checked before. Each begins at /slack/install on the address where browsers reach Parley.',
      ),
    ],
    app: null,
  }
}

async function botFindings(
  api: SlackApi,
  token: string,
  wanted: ReadonlyMap<string, string>,
): Promise<BotFindings> {
  const me = await api.ask('auth.test', token)
  if (me.kind !== 'answered') return { findings: [refusedBot(me)], app: null }
  const { user, team, bot_id: bot, app_id: app } = me.body
  if (typeof bot !== 'string')
    return {
      findings: [
        fail(
          'slack',
          `SLACK_BOT_TOKEN is a person’s token, not a bot’s. Copy the Bot User OAuth Token: ${apps}, your app, page OAuth & Permissions.`,
        ),
      ],
      app: null,
    }
  return {
    findings: [
      ok('slack', `SLACK_BOT_TOKEN is good: it is ${wordIn(user)}’s in the workspace ${wordIn(team)}`),
      ...scopeFindings(wanted, me.scopes),
    ],
    app: typeof app === 'string' ? app : await appOf(api, token, bot),
  }
}

const wordIn = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : '(no name)')

/** Which app a bot belongs to; null where Slack doesn't say. Nothing else depends on it, so its failure is not told. */
async function appOf(api: SlackApi, token: string, bot: string): Promise<string | null> {
  const answer = await api.ask('bots.info', token, { bot })
  if (answer.kind !== 'answered') return null
  const { bot: info } = answer.body
  const app = typeof info === 'object' && info !== null && 'app_id' in info ? info.app_id : null
  return typeof app === 'string' ? app : null
}

function scopeFindings(wanted: ReadonlyMap<string, string>, granted: readonly string[] | null): Finding[] {
  if (granted === null) return [note('slack', 'Slack does not say which scopes the token has.')]
  const missing = [...wanted].filter(([scope]) => !granted.includes(scope))
  if (missing.length === 0) return [ok('slack', `it has the ${wanted.size} scopes that Parley needs`)]
  const reasons = missing.map(([scope, why]) => `${scope} (${why})`).join(', ')
  const line = missing.map(([scope]) => `"${scope}"`).join(', ')
  return [
    fail(
      'slack',
      `Missing scopes: ${reasons}. Add ${line} to oauth_config.scopes.bot: ${apps}, your app, page App Manifest (\`npm run manifest\` prints the whole), and install the app again on the page Install App.`,
    ),
  ]
}

async function socketFindings(api: SlackApi, token: string, app: string | null): Promise<Finding[]> {
  // Slack gives an address; as long as nobody connects to it, nothing is opened.
  const answer = await api.ask('apps.connections.open', token)
  if (answer.kind !== 'answered') return [refusedApp(answer)]
  const own = /^xapp-\d+-(A[A-Z\d]+)-/.exec(token)?.[1] ?? null
  if (own !== null && app !== null && own !== app)
    return [
      fail(
        'slack',
        `SLACK_BOT_TOKEN is of the app ${app} and SLACK_APP_TOKEN of the app ${own}: nothing that is said to the one reaches the other. Take both from one app: ${apps}.`,
      ),
    ]
  return [ok('slack', 'Socket Mode: SLACK_APP_TOKEN is good')]
}

function overHttp({ publicUrl }: Config['slack']): Finding {
  const url = publicUrl === null ? 'your public address, /slack/events' : `${publicUrl}/slack/events`
  return note(
    'slack',
    `HTTP: whether Slack reaches Parley, and the signing secret, can’t be checked from here. The request URL in ${apps}, your app, page Event Subscriptions, is ${url}; Slack marks it Verified while Parley runs.`,
  )
}

function refusedBot(answer: Refused): Finding {
  if (answer.kind !== 'refused') return silent(answer)
  const page = `${apps}, your app, page OAuth & Permissions, Bot User OAuth Token`
  switch (answer.error) {
    case 'invalid_auth':
    case 'not_authed':
      return fail('slack', `Slack does not know this SLACK_BOT_TOKEN. Copy it anew: ${page}.`)
    case 'token_revoked':
    case 'account_inactive':
      return fail(
        'slack',
        `SLACK_BOT_TOKEN was revoked, or the app was removed from the workspace. Install it again, and copy the new token: ${page}.`,
      )
    case 'token_expired':
      return fail(
        'slack',
        'SLACK_BOT_TOKEN has ended: token rotation is on in the app. docs/slack.md, Several workspaces, says what to do.',
      )
    default:
      return fail('slack', `${answer.where} refuses SLACK_BOT_TOKEN: ${answer.error}.`)
  }
}

function refusedApp(answer: Refused): Finding {
  if (answer.kind !== 'refused') return silent(answer)
  const page = `${apps}, your app, page Basic Information, App-Level Tokens, with the scope connections:write`
  switch (answer.error) {
    case 'invalid_auth':
    case 'not_authed':
    case 'token_revoked':
    case 'not_allowed_token_type':
      return fail('slack', `Slack does not know this SLACK_APP_TOKEN. Make a new one: ${page}.`)
    case 'missing_scope':
    case 'no_permission':
      return fail('slack', `SLACK_APP_TOKEN lacks connections:write. Make a new one: ${page}.`)
    case 'link_disabled':
    case 'forbidden_team':
      return fail(
        'slack',
        `Socket Mode is off in the app. Switch it on: ${apps}, your app, page Socket Mode.`,
      )
    default:
      return fail('slack', `${answer.where} refuses SLACK_APP_TOKEN: ${answer.error}.`)
  }
}

function silent(answer: Exclude<Refused, { kind: 'refused' }>): Finding {
  if (answer.kind === 'unreachable')
    return fail(
      'slack',
      `${answer.where} can’t be reached (${answer.why}). Check the network, or SLACK_API_URL.`,
    )
  const { status, where } = answer
  if (status === 429)
    return note('slack', `${where} says that there were too many calls (429). Ask again in a minute.`)
  if (status >= 500)
    return fail('slack', `${where} answers ${status}: it is out of order there. Try again later.`)
  return fail(
    'slack',
    `${where} answers ${status}, which Slack does not. Check SLACK_API_URL: it ends with /api/.`,
  )
}
