import { isIP } from 'node:net'
import { z } from 'zod'

/** What a blank value means: the same as none, or a slip that must not pass silently. */
export type Blank = 'unset' | 'refused'

export interface Variable<T> {
  /** What may be written, after "allowed: ". */
  readonly allowed: string
  /** Its value is never printed. */
  readonly secret: boolean
  readonly blank: Blank
  readonly schema: z.ZodType<T, string>
}

const plain = <T>(allowed: string, schema: z.ZodType<T, string>): Variable<T> => ({
  allowed,
  secret: false,
  blank: 'unset',
  schema,
})
const secret = (allowed: string, blank: Blank): Variable<string> => ({
  allowed,
  secret: true,
  blank,
  // A header's value: a line break or a space inside is always a slip of copying.
  schema: z.string().regex(/^[\x21-\x7e]+$/),
})
const model = plain('the name of a model', z.string().regex(/^\S{1,200}$/))
const address = plain(
  'an address that starts with http:// or https://, without name and password',
  z.string().refine(isWebAddress),
)
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  plain(names.join(', '), z.string().toLowerCase().pipe(z.enum(names)))

/** Every variable Parley reads. Secrets that open a door refuse to be blank; those that only name an account don't. */
export const variables = {
  OPENAI_API_KEY: secret('an API key without spaces', 'unset'),
  OPENAI_BASE_URL: address,
  OPENAI_API: oneOf(['auto', 'responses', 'chat']),
  OPENAI_MODEL: model,
  OPENAI_TRANSCRIBE_MODEL: model,
  OPENAI_SPEECH_MODEL: model,
  OPENAI_IMAGE_MODEL: model,
  OPENAI_WEBHOOK_SECRET: secret('the secret OpenAI shows when the webhook is made (whsec_…)', 'refused'),
  DISCORD_TOKEN: secret('the bot’s token without spaces', 'unset'),
  DISCORD_API_URL: address,
  SLACK_BOT_TOKEN: secret('a token that starts with xoxb-', 'unset'),
  SLACK_APP_TOKEN: secret('a token that starts with xapp-', 'unset'),
  SLACK_SIGNING_SECRET: secret('the signing secret of the Slack app', 'refused'),
  SLACK_API_URL: address,
  HOST: plain('an IP address or a host name', z.string().refine(isHost)),
  PORT: plain(
    'a whole number from 0 to 65535 (0 takes a free port)',
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535)),
  ),
  PARLEY_API_KEYS: {
    ...secret('', 'unset'),
    allowed: 'keys separated by commas, without spaces inside',
    schema: list(/^[\x21-\x7e]+$/),
  },
  CORS_ORIGINS: plain(
    '* or origins separated by commas, such as http://localhost:5173 (no path, no slash at the end)',
    z.union([z.literal('*'), list(/^/).pipe(z.array(z.string().refine(isOrigin)))]),
  ),
  DATABASE_URL: {
    ...plain('', z.string().regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/s)),
    allowed: 'sqlite: and a path, such as sqlite:data/parley.db',
    secret: true,
  },
  WEBHOOK_URL: { ...address, secret: true },
  WEBHOOK_SECRET: secret('a secret without spaces', 'refused'),
  PARLEY_CONFIG: plain('the path of a file', z.string()),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  LOG_FORMAT: oneOf(['pretty', 'json']),
} as const

export type VariableName = keyof typeof variables
export type Values = {
  readonly [Name in VariableName]?: (typeof variables)[Name] extends Variable<infer T> ? T : never
}

function list(item: RegExp): z.ZodType<string[], string> {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.string().min(1).regex(item)).min(1))
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
