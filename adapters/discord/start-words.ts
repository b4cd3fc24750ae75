import { HTTPError, RateLimitError } from 'discord.js'
import { GatewayCloseCodes } from 'discord-api-types/v10'

/** Why there is no connection: for good, or for a while. */
export type Trouble =
  /** Only a person can mend it. */
  | { readonly kind: 'refused'; readonly words: string }
  /** Discord does not give this bot all it asks for. */
  | { readonly kind: 'intents' }
  /** No more sessions may be started before `until`, milliseconds since the epoch. */
  | { readonly kind: 'sessions'; readonly until: number }
  | { readonly kind: 'passing'; readonly words: string }

/** Only a person can mend it. Its words say how, and stand in the log already. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly words: string

  constructor(words: string) {
    super(words)
    this.words = words
  }
}

const wrongToken =
  'Discord does not accept DISCORD_TOKEN. Copy it anew from https://discord.com/developers/applications, your application, Bot, Reset Token.'

const intentsRefused =
  'Discord refuses the intents that Parley can’t do without. Look at https://discord.com/developers/applications, your application, Bot, Privileged Gateway Intents.'

export const withoutContent =
  'Discord does not give this bot the Message Content intent: Parley answers mentions, replies, commands and direct messages, but in its threads it hears nothing that does not mention it. Switch on Message Content Intent at https://discord.com/developers/applications, your application, Bot, and start Parley again; or do without it: `discord: { follow_ups: false }` in parley.yaml.'

/** What a close of the gateway means that discord.js does not mend itself; null where it does. */
export function troubleOfClose(code: number, content: boolean): Trouble | null {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return { kind: 'refused', words: wrongToken }
    case GatewayCloseCodes.DisallowedIntents:
    case GatewayCloseCodes.InvalidIntents:
      return content ? { kind: 'intents' } : { kind: 'refused', words: intentsRefused }
    case GatewayCloseCodes.InvalidAPIVersion:
      return {
        kind: 'refused',
        words: 'Discord no longer speaks this version of its gateway. Update Parley.',
      }
    case GatewayCloseCodes.InvalidShard:
    case GatewayCloseCodes.ShardingRequired:
      return { kind: 'passing', words: 'Discord wants another number of shards' }
    default:
      return null
  }
}

/** @discordjs/ws reports these closes as errors, too, in words alone. */
const ofCloses = new Set([
  'Authentication failed',
  'Invalid shard',
  'Sharding is required',
  'Used an invalid API version',
  'Used invalid intents',
  'Used disallowed intents',
])

/** Whether an error says no more than the close that follows it, for which there are words here. */
export const isOfClose = (error: unknown): boolean => error instanceof Error && ofCloses.has(error.message)

/** What a login that failed means. `now`: milliseconds since the epoch. */
export function troubleOfLogin(error: unknown, now: number): Trouble {
  if (codeOf(error) === 'TokenInvalid' || isBadHeader(error)) return { kind: 'refused', words: wrongToken }
  const message = error instanceof Error ? error.message : ''
  // @discordjs/ws has no class for it; the moment stands at the end of its words.
  if (message.startsWith('Not enough sessions remaining')) {
    const at = Date.parse(/resets at (\S+)$/.exec(message)?.[1] ?? '')
    return { kind: 'sessions', until: Number.isNaN(at) ? now + 3_600_000 : at }
  }
  return { kind: 'passing', words: wordsOf(error) }
}

/** For the log; holds no secret: of errors only codes and numbers are taken. */
function wordsOf(error: unknown): string {
  if (error instanceof RateLimitError) return 'Discord limits our requests now'
  if (error instanceof HTTPError || statusOf(error) !== null)
    return `Discord answered ${statusOf(error)} when asked for its gateway`
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : null)
  return `Discord can’t be reached${code === null ? '' : ` (${code})`}`
}

/** A token with a line break or the like in it never leaves this machine. */
const isBadHeader = (error: unknown): boolean =>
  error instanceof Error && /invalid .*header|ByteString/i.test(error.message)

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : null
}

function statusOf(error: unknown): number | null {
  const status = error instanceof Error && 'status' in error ? error.status : null
  return typeof status === 'number' ? status : null
}
