import { isIP } from 'node:net'

/** What a blank value means: the same as none, or a slip that must not pass silently. */
export type Blank = 'unset' | 'refused'

export interface Variable<T> {
  /** What may be written, after "allowed: ". */
  readonly allowed: string
  /** Its value is never printed. */
  readonly secret: boolean
  readonly blank: Blank
  readonly read: Read<T>
}

/** The value of a trimmed text that is not empty; undefined when it is not allowed. */
type Read<T> = (text: string) => T | undefined

const plain = <T>(allowed: string, read: Read<T>): Variable<T> => ({
  allowed,
  secret: false,
  blank: 'unset',
  read,
})
const secret = (allowed: string, blank: Blank): Variable<string> => ({
  allowed,
  secret: true,
  blank,
  // A header's value: a line break or a space inside is always a slip of copying.
  read: matching(visible),
})
const visible = /^[\x21-\x7e]+$/
const model = plain('the name of a model', matching(/^\S{1,200}$/))
const address = plain(
  'an address that starts with http:// or https://, without name and password',
  where(isWebAddress),
)
const oneOf = <const T extends string>(...names: readonly T[]) =>
  plain(names.join(', '), (text) => names.find((name) => name === text.toLowerCase()))

/** Every variable Parley reads. Secrets that open a door refuse to be blank; those that only name an account don't. */
export const variables = {
  OPENAI_API_KEY: secret('an API key without spaces', 'unset'),
  OPENAI_BASE_URL: address,
  OPENAI_API: oneOf('auto', 'responses', 'chat'),
  OPENAI_MODEL: model,
  OPENAI_TRANSCRIBE_MODEL: model,
  OPENAI_SPEECH_MODEL: model,
  OPENAI_IMAGE_MODEL: model,
  OPENAI_WEBHOOK_SECRET: secret('the secret OpenAI shows when the webhook is made (whsec_…)', 'refused'),
  DISCORD_TOKEN: {
    ...secret('the bot’s token without spaces', 'unset'),
    // As it stands in examples of the Authorization header; many copy it from there.
    read: (text: string) => matching(visible)(text.replace(/^Bot\s+/i, '')),
  },
  DISCORD_API_URL: address,
  SLACK_BOT_TOKEN: secret('a token that starts with xoxb-', 'unset'),
  SLACK_APP_TOKEN: secret('a token that starts with xapp-', 'unset'),
  SLACK_SIGNING_SECRET: secret('the signing secret of the Slack app', 'refused'),
  SLACK_CLIENT_ID: plain('the client id of the Slack app', matching(visible)),
  SLACK_CLIENT_SECRET: secret('the client secret of the Slack app', 'refused'),
  SLACK_API_URL: address,
  HOST: plain('an IP address or a host name', where(isHost)),
  PORT: plain('a whole number from 0 to 65535 (0 takes a free port)', (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined,
  ),
  PARLEY_API_KEYS: {
    ...secret('', 'unset'),
    allowed: 'keys separated by commas, without spaces inside',
    read: list((key) => visible.test(key)),
  },
  CORS_ORIGINS: plain(
    '* or origins separated by commas, such as http://localhost:5173 (no path, no slash at the end)',
    (text): readonly string[] | '*' | undefined => (text === '*' ? '*' : list(isOrigin)(text)),
  ),
  DATABASE_URL: {
    ...plain(
      'sqlite: and a path, such as sqlite:data/parley.db',
      matching(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/s),
    ),
    secret: true,
  },
  WEBHOOK_URL: { ...address, secret: true },
  WEBHOOK_SECRET: secret('a secret without spaces', 'refused'),
  PARLEY_CONFIG: plain(
    'the path of a file',
    where(() => true),
  ),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  LOG_FORMAT: oneOf('pretty', 'json'),
} as const

export type VariableName = keyof typeof variables
export type Values = {
  readonly [Name in VariableName]?: (typeof variables)[Name] extends Variable<infer T> ? T : never
}

function where(allowed: (text: string) => boolean): Read<string> {
  return (text) => (allowed(text) ? text : undefined)
}

function matching(pattern: RegExp): Read<string> {
  return where((text) => pattern.test(text))
}

function list(allowed: (item: string) => boolean): Read<readonly string[]> {
  return (text) => {
    const items = text.split(',').map((item) => item.trim())
    return items.every((item) => item !== '' && allowed(item)) ? items : undefined
  }
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

function isHost(text: string): boolean {
  return (
    isIP(text) !== 0 || /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(text)
  )
}
