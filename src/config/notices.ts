import { isLoopback } from './loopback.ts'
import { presets } from './presets.ts'
import { slackNotices } from './slack-agreement.ts'
import type { Values } from './variables.ts'

/** Settings that are allowed and probably not meant; a sentence each, for the log and the doctor. */
export function noticesOf(values: Values): string[] {
  return [...model(values), ...closed(values), ...discord(values), ...slackNotices(values), ...later(values)]
}

function model({ OPENAI_BASE_URL, OPENAI_MODEL }: Values): string[] {
  if (OPENAI_BASE_URL === undefined || OPENAI_MODEL !== undefined) return []
  return [`OPENAI_BASE_URL is set and OPENAI_MODEL is not: ${presets.model} is asked for there.`]
}

function closed({ HOST = presets.host, PARLEY_API_KEYS }: Values): string[] {
  if (PARLEY_API_KEYS !== undefined || isLoopback(HOST)) return []
  return [
    `HOST is ${HOST} and PARLEY_API_KEYS is not set: the playground and the REST API answer 403 to everyone. Set PARLEY_API_KEYS to open them.`,
  ]
}

/**
 * The other values of a bot's pages in the developer portal, which are pasted by mistake. Discord decides what a token
 * is: whatever else is set is tried.
 */
const notTokens: readonly (readonly [RegExp, string])[] = [
  [/^\d{17,20}$/, 'an application’s id'],
  [/^[\da-f]{64}$/, 'an application’s public key'],
  [/^[\w-]{32}$/, 'a client secret'],
]

/** What the calls add by themselves, at the end of an address of Discord's API. */
export const versionOfApi = /(\/+v\d+)?\/*$/

function discord({ DISCORD_TOKEN, DISCORD_API_URL }: Values): string[] {
  if (DISCORD_TOKEN === undefined)
    return DISCORD_API_URL === undefined
      ? []
      : ['DISCORD_API_URL is set and DISCORD_TOKEN is not: Discord stays off.']
  const version = versionOfApi.exec(DISCORD_API_URL ?? '')?.[1]
  const versions =
    version === undefined
      ? []
      : [`DISCORD_API_URL ends in ${version}: that is left out, for Parley adds the version itself.`]
  const tokens = notTokens
    .filter(([shape]) => shape.test(DISCORD_TOKEN))
    .map(
      ([, name]) =>
        `DISCORD_TOKEN looks like ${name}. The token is on the page Bot of the developer portal, under Reset Token.`,
    )
  return [...versions, ...tokens]
}

/** What is kept for what this version doesn't have. */
function later({ WEBHOOK_URL, OPENAI_WEBHOOK_SECRET }: Values): string[] {
  return (WEBHOOK_URL ?? OPENAI_WEBHOOK_SECRET) === undefined
    ? []
    : ['Webhooks: not in this version yet; what is set for it is ignored.']
}
