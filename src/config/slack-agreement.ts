import type { Values, VariableName } from './variables.ts'

export interface SlackProblem {
  readonly name: VariableName
  readonly found: string
  readonly mend: string
}

/** What each kind of Slack's tokens begins with; the beginning of one is never the beginning of another. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^(xoxe\.)?xoxb-/, 'a bot token'],
  [/^xapp-/, 'an app-level token'],
  [/^(xoxe\.)?xoxp-/, 'a user token'],
  [/^xoxe-/, 'a refresh token'],
]

const kindOf = (text: string | undefined): string | null =>
  kinds.find(([shape]) => shape.test(text ?? ''))?.[1] ?? null

const whereIs = {
  SLACK_BOT_TOKEN:
    'the bot token starts with xoxb- and is on the page Install App (OAuth & Permissions) of the app',
  SLACK_APP_TOKEN:
    'the app-level token starts with xapp- and is made on the page Basic Information of the app',
  SLACK_SIGNING_SECRET: 'the signing secret is on the page Basic Information of the app',
  SLACK_CLIENT_SECRET: 'the client secret is on the page Basic Information of the app',
}
type Secret = keyof typeof whereIs

const wanted: Readonly<Record<Secret, string | null>> = {
  SLACK_BOT_TOKEN: 'a bot token',
  SLACK_APP_TOKEN: 'an app-level token',
  SLACK_SIGNING_SECRET: null,
  SLACK_CLIENT_SECRET: null,
}

/** What can't work, as far as that is certain: a token in another's place, and settings that need another. */
export function slackProblems(
  values: Values,
  isAbsent: (name: VariableName) => boolean,
): readonly SlackProblem[] {
  return [...misplaced(values), ...incomplete(values, isAbsent)]
}

function misplaced(values: Values): SlackProblem[] {
  return (Object.keys(whereIs) as Secret[]).flatMap((name) => {
    const kind = kindOf(values[name])
    if (kind === null || kind === wanted[name]) return []
    const other = (Object.keys(whereIs) as Secret[]).find((key) => wanted[key] === kind)
    const belongs = other === undefined ? '' : ` (which belongs in ${other})`
    return [{ name, found: `is ${kind}${belongs}`, mend: whereIs[name] }]
  })
}

function incomplete(values: Values, isAbsent: (name: VariableName) => boolean): SlackProblem[] {
  const problems: SlackProblem[] = []
  const noWay = isAbsent('SLACK_APP_TOKEN') && isAbsent('SLACK_SIGNING_SECRET')
  const id = values.SLACK_CLIENT_ID !== undefined
  const secret = values.SLACK_CLIENT_SECRET !== undefined
  if (values.SLACK_BOT_TOKEN !== undefined && noWay)
    problems.push({
      name: 'SLACK_BOT_TOKEN',
      found: 'is set alone',
      mend: 'set SLACK_APP_TOKEN too (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)',
    })
  if (id && isAbsent('SLACK_CLIENT_SECRET'))
    problems.push({
      name: 'SLACK_CLIENT_ID',
      found: 'is set without SLACK_CLIENT_SECRET',
      mend: 'set both to serve several workspaces, or neither',
    })
  if (secret && isAbsent('SLACK_CLIENT_ID'))
    problems.push({
      name: 'SLACK_CLIENT_SECRET',
      found: 'is set without SLACK_CLIENT_ID',
      mend: 'set both to serve several workspaces, or neither',
    })
  if (id && secret && values.SLACK_BOT_TOKEN === undefined && noWay)
    problems.push({
      name: 'SLACK_CLIENT_ID',
      found: 'is set without a way for events',
      mend: 'set SLACK_APP_TOKEN too (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)',
    })
  return problems
}

/** What is tried as it is and probably not meant, or of which only a part is used. */
export function slackNotices(values: Values): string[] {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret } = values
  const { SLACK_CLIENT_ID: client } = values
  if (bot === undefined && client === undefined) {
    const set = (['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'] as const).filter(
      (name) => values[name] !== undefined,
    )
    return set.slice(0, 1).map((name) => `${name} is set and SLACK_BOT_TOKEN is not: Slack stays off.`)
  }
  return [
    ...(bot !== undefined && client !== undefined ? [oneWorkspace] : []),
    ...(app !== undefined && secret !== undefined ? [socketMode] : []),
    ...(bot === undefined ? [] : oddBotToken(bot)),
    ...(app === undefined || kindOf(app) !== null
      ? []
      : [`SLACK_APP_TOKEN does not start with xapp-: ${whereIs.SLACK_APP_TOKEN}.`]),
    ...(secret === undefined || /^[\da-f]{32}$/.test(secret)
      ? []
      : [`SLACK_SIGNING_SECRET is not 32 letters from 0 to 9 and a to f: ${whereIs.SLACK_SIGNING_SECRET}.`]),
  ]
}

const oneWorkspace =
  'SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: only the workspace of the token is served. Take SLACK_BOT_TOKEN away to serve all that install Parley.'

const socketMode =
  'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Socket Mode is used, and POST /slack/events stays closed.'

/** Slack's documents: a token of an app with token rotation ends after 12 hours. */
function oddBotToken(token: string): string[] {
  if (token.startsWith('xoxe.'))
    return [
      'SLACK_BOT_TOKEN is a token that ends after 12 hours, for token rotation is on in the app. Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET instead and install Parley anew, or make an app without token rotation.',
    ]
  return kindOf(token) === null
    ? [`SLACK_BOT_TOKEN does not start with xoxb-: ${whereIs.SLACK_BOT_TOKEN}.`]
    : []
}
