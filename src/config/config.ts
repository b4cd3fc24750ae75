import { join, relative, resolve } from 'node:path'
import { agreementProblems } from './agreement.ts'
import { readEnvFile } from './env-file.ts'
import { type Env, lineIn, proxyOf, readEnvironment } from './environment.ts'
import { fromEnvironment } from './from-environment.ts'
import { idNotices } from './ids.ts'
import { noticesOf } from './notices.ts'
import { readPolicy } from './policy-file.ts'
import type { Policy } from './policy-schema.ts'
import { defaultPersona, presets } from './presets.ts'
import { ConfigError, type Problem } from './problem.ts'
import type { Values } from './variables.ts'

/** All settings, checked, with their defaults. Frozen all through. */
export interface Config {
  /** `rehearsal` when neither a key nor a base URL is set. */
  readonly provider: 'openai' | 'rehearsal'
  readonly openai: {
    readonly apiKey: string | null
    readonly baseUrl: string | null
    readonly api: 'auto' | 'responses' | 'chat'
    readonly model: string
    readonly transcribeModel: string
    readonly speechModel: string
    readonly imageModel: string
    readonly webhookSecret: string | null
  }
  readonly discord: {
    readonly token: string | null
    /** REST base without the version and without a slash at the end; null = Discord's own. */
    readonly apiUrl: string | null
    /** Whether to ask for the Message Content intent, without which only mentions, replies, DMs and commands carry text. */
    readonly followUps: boolean
  }
  readonly slack: {
    readonly botToken: string | null
    readonly appToken: string | null
    readonly signingSecret: string | null
    /** With `clientSecret`: several workspaces, each of which installs Parley. Not used beside a bot token, which is one workspace. */
    readonly clientId: string | null
    readonly clientSecret: string | null
    /** Base of the Web API, as it was written; null = Slack's own. */
    readonly apiUrl: string | null
    /** How answers grow, where the channel says nothing else. */
    readonly streaming: Streaming
    /** Where Slack and browsers reach this machine, without a slash at the end: for the manifest. */
    readonly publicUrl: string | null
  }
  readonly web: {
    readonly host: string
    readonly port: number
    readonly apiKeys: readonly string[]
    readonly corsOrigins: readonly string[] | '*'
  }
  /** Absolute, or `:memory:`. */
  readonly database: { readonly kind: 'sqlite'; readonly path: string }
  readonly webhook: { readonly url: string; readonly secret: string } | null
  /** `format` null: pretty on a terminal, else JSON. */
  readonly log: { readonly level: LogLevel; readonly format: 'pretty' | 'json' | null }
  readonly access: Access
  readonly conversations: Conversations
  /** US dollars a UTC day; null = no limit. */
  readonly budgets: { readonly day: { readonly all: number | null; readonly person: number | null } }
  /** By the channel's id. */
  readonly channels: Readonly<Record<string, ChannelConfig>>
  readonly persona: string
  readonly memory: { readonly windowTokens: number; readonly days: number }
  readonly maxOutputTokens: number
  /** By model, or `*`. US dollars for a million tokens. */
  readonly prices: Readonly<Record<string, PriceConfig>>
  readonly media: {
    /** Of one recording. */
    readonly minutes: number
    /** ISO 639-1; null: the model tells it. */
    readonly language: string | null
    /** From where pictures are fetched whose links stand in a question. */
    readonly imageLinks: readonly string[]
  }
  readonly speech: {
    readonly voice: string
    readonly format: Policy['speech']['format']
    /** 0.25 to 4; null = the voice's own. */
    readonly speed: number | null
    readonly instructions: string | null
    readonly everyAnswer: boolean
  }
  readonly painting: {
    /** Whether the model may paint while it answers. */
    readonly inConversations: boolean
    /** `1024x1024`; null: the model's choice. */
    readonly size: string | null
  }
  readonly rehearsal: { readonly tokensPerSecond: number; readonly firstTokenMs: number }
  readonly answersAtOnce: number
  /** A short fresh message follows an answer that took longer, for an edit marks no channel unread; null = never. */
  readonly pingAfterMs: number | null
  /** What a thread is called: its question's beginning, or what the model finds. */
  readonly titles: Policy['titles']
  /** HTTP_PROXY and the like, for `http.setGlobalProxyFromEnv`. */
  readonly proxy: Readonly<Record<string, string>>
  /** What is worth a word at the start; each a whole sentence, without secrets. */
  readonly notices: readonly string[]
}

export type LogLevel = NonNullable<Values['LOG_LEVEL']>
export type Conversations = Policy['conversations']
/** `auto`: Slack's own streams in direct messages, edits elsewhere. `off`: answers are shown once they are whole. */
export type Streaming = Policy['slack']['streaming']
export type Access = Readonly<Policy['access']>
export interface ChannelConfig {
  readonly model?: string | undefined
  readonly persona?: string | undefined
  readonly voice?: string | undefined
  /** Whether every answer is spoken. */
  readonly spoken?: boolean | undefined
  readonly conversations?: Conversations | undefined
  /** On Slack. */
  readonly streaming?: Streaming | undefined
}
export interface PriceConfig {
  readonly input: number
  /** Absent = as `input`. */
  readonly cached?: number | undefined
  readonly output: number
}

/** Reads `.env` and parley.yaml in `cwd` and the environment. Throws a `ConfigError` that names all problems at once. */
export async function loadConfig({ env, cwd }: { env: Env; cwd: string }): Promise<Config> {
  const file = readEnvFile(join(cwd, '.env'))
  const { values, problems, notices } = readEnvironment(env, file)
  const name = values.PARLEY_CONFIG ?? presets.policyFile
  const path = resolve(cwd, name)
  const named = values.PARLEY_CONFIG === undefined ? null : lineIn(env, file, 'PARLEY_CONFIG')
  const read = await readPolicy(path, relative(cwd, path) || name, named)
  const at = (variable: keyof Values): Pick<Problem, 'source' | 'line'> => lineIn(env, file, variable)
  const all = [
    ...problems,
    ...agreementProblems(values, new Set(problems.map((problem) => problem.name)), at),
    ...(read.kind === 'bad' ? read.problems : []),
  ]
  if (read.kind === 'bad' || all.length > 0) throw new ConfigError(all.toSorted(inOrder))
  const environment = fromEnvironment(values, cwd)
  return frozen({
    ...environment,
    ...fromPolicy(read.policy),
    answersAtOnce: answersAtOnce(read.policy, environment.slack),
    discord: { ...environment.discord, followUps: read.policy.discord.follow_ups },
    slack: {
      ...environment.slack,
      streaming: read.policy.slack.streaming,
      publicUrl: read.policy.slack.public_url,
    },
    proxy: proxyOf(env, file),
    notices: [...notices, ...noticesOf(values), ...idNotices(read.policy, hasChats(values))],
  })
}

const hasChats = ({ DISCORD_TOKEN, SLACK_BOT_TOKEN, SLACK_CLIENT_ID }: Values): boolean =>
  (DISCORD_TOKEN ?? SLACK_BOT_TOKEN ?? SLACK_CLIENT_ID) !== undefined

/**
 * Discord takes 50 calls a second of a bot: more answers at once only take memory. Slack counts by the minute and the
 * channel: the whole text of each is shown as soon as it is written, however many there are.
 */
function answersAtOnce(
  { limits: { answers_at_once: set } }: Policy,
  { botToken, clientId }: Pick<Config['slack'], 'botToken' | 'clientId'>,
): number {
  if (set !== 'auto') return set
  return botToken === null && clientId === null ? 200 : 500
}

/** Line by line within a file; the files stay in their order. */
function inOrder(a: Problem, b: Problem): number {
  return a.source === b.source ? (a.line ?? 0) - (b.line ?? 0) : 0
}

/** Every value that must never be seen: for the scrubber. */
export function secretsOf(config: Config): string[] {
  const { openai, discord, slack, web, webhook } = config
  const own = [
    openai.apiKey,
    openai.webhookSecret,
    discord.token,
    slack.botToken,
    slack.appToken,
    slack.signingSecret,
    slack.clientSecret,
  ]
  const proxies = Object.values(config.proxy).map((url) => URL.parse(url)?.password)
  return [...own, ...web.apiKeys, webhook?.secret, ...proxies].flatMap((secret) => (secret ? [secret] : []))
}

function fromPolicy(policy: Policy) {
  return {
    access: policy.access,
    conversations: policy.conversations,
    budgets: policy.budgets ?? { day: { all: null, person: null } },
    channels: policy.channels,
    persona: policy.persona ?? defaultPersona,
    memory: { windowTokens: policy.memory.window_tokens, days: policy.memory.days },
    maxOutputTokens: policy.model.max_output_tokens,
    prices: policy.prices,
    media: {
      minutes: policy.media.minutes,
      language: policy.media.language === 'auto' ? null : policy.media.language,
      imageLinks: policy.media.image_links ?? [],
    },
    speech: {
      voice: policy.speech.voice,
      format: policy.speech.format,
      speed: policy.speech.speed,
      instructions: policy.speech.instructions,
      everyAnswer: policy.speech.every_answer,
    },
    painting: {
      inConversations: policy.painting.in_conversations,
      size: policy.painting.size === 'auto' ? null : policy.painting.size,
    },
    rehearsal: {
      tokensPerSecond: policy.rehearsal.tokens_per_second,
      firstTokenMs: policy.rehearsal.first_token_ms,
    },
    pingAfterMs: policy.ping_after_seconds === null ? null : policy.ping_after_seconds * 1_000,
    titles: policy.titles,
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
