import type { Config } from '../config/config.ts'
import { type DiscordAnswer, type DiscordApi, discordApi } from './discord-api.ts'
import { type Finding, fail, note, ok } from './finding.ts'

const portal = 'https://discord.com/developers/applications'

/** Bits of an application's `flags`: the intent as granted by Discord's review, and as switched on below its threshold. */
const messageContent = (1 << 18) | (1 << 19)

/** So few starts are gone in an hour by a process that is restarted again and again. */
const fewStarts = 50

/** What Parley needs to read a question, open a thread on it, and answer there with a file or a voice message; nothing beyond. */
const permissions = {
  'View Channels': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  'Create Public Threads': 1n << 35n,
  'Send Messages in Threads': 1n << 38n,
  'Send Voice Messages': 1n << 46n,
}

/** Adds the application to a server, with its commands and what it needs there. */
export function installLink(application: string): string {
  const bits = Object.values(permissions).reduce((all, bit) => all | bit)
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot%20applications.commands&permissions=${bits}`
}

/** Asks Discord about the token, the application and its starts. Sends nothing, and connects to no gateway. */
export async function checkDiscord({
  discord,
  access,
}: Pick<Config, 'discord' | 'access'>): Promise<readonly Finding[]> {
  if (discord.token === null)
    return [
      note('discord', 'DISCORD_TOKEN is not set, so Discord is off. docs/discord.md says how to get one.'),
    ]
  const api = discordApi(discord.token, discord.apiUrl)
  const me = await api.get('/users/@me')
  if (me.kind !== 'answered') return [refused(me)]
  const name = typeof me.body.username === 'string' ? me.body.username : 'a bot without a name'
  return [
    ok('discord', `the token is good: it is ${name}’s`),
    ...(await application(api, discord.followUps, isOpen(access))),
    ...(await starts(api)),
  ]
}

function refused(answer: Exclude<DiscordAnswer, { kind: 'answered' }>): Finding {
  if (answer.kind === 'unreachable')
    return fail(
      'discord',
      `${answer.where} can’t be reached (${answer.why}). Check the network, or DISCORD_API_URL.`,
    )
  const { status, where } = answer
  if (status === 401)
    return fail(
      'discord',
      `Discord does not know this DISCORD_TOKEN. Make a new one: ${portal}, your application, page Bot, Reset Token.`,
    )
  if (status === 429)
    return note('discord', `${where} says that there were too many calls (429). Ask again in some minutes.`)
  if (status >= 500)
    return fail('discord', `${where} answers ${status}: it is out of order there. Try again later.`)
  return fail(
    'discord',
    `${where} answers ${status}, which Discord does not. Check DISCORD_API_URL: it ends before /v10.`,
  )
}

async function application(api: DiscordApi, followUps: boolean, open: boolean): Promise<Finding[]> {
  const answer = await api.get('/applications/@me')
  if (answer.kind !== 'answered') return [refused(answer)]
  const {
    id,
    flags,
    approximate_guild_count: servers,
    bot_public,
    bot_require_code_grant,
    interactions_endpoint_url,
  } = answer.body
  const findings: Finding[] = []
  if (typeof flags === 'number') findings.push(intent((flags & messageContent) !== 0, followUps))
  if (typeof interactions_endpoint_url === 'string' && interactions_endpoint_url !== '')
    findings.push(
      fail(
        'discord',
        `An Interactions Endpoint URL is set: commands and buttons go there and not to Parley. Remove it: ${portal}, your application, page General Information.`,
      ),
    )
  if (bot_require_code_grant === true)
    findings.push(
      fail(
        'discord',
        `“Requires OAuth2 Code Grant” is on, so the link below adds no bot. Switch it off: ${portal}, your application, page Bot.`,
      ),
    )
  if (bot_public === true && open)
    findings.push(
      note(
        'discord',
        `“Public Bot” is on: whoever finds the bot can add it to a server of theirs, and what they ask there or in direct messages is paid by you. Switch it off: ${portal}, your application, first page Installation, Install Link: None, then page Bot, Public Bot. Or name your servers under access.workspaces in parley.yaml, with dms: false.`,
      ),
    )
  if (typeof id === 'string') findings.push(membership(servers, installLink(id)))
  return findings
}

/** Whether somebody may ask of whom the settings say nothing. */
const isOpen = ({ workspaces, channels, people, roles, dms }: Config['access']): boolean =>
  people === 'any' && roles === 'any' && (dms || (workspaces === 'any' && channels === 'any'))

function intent(on: boolean, followUps: boolean): Finding {
  if (!followUps)
    return ok(
      'discord',
      'follow_ups is false: the Message Content intent is not asked for, each question needs a mention',
    )
  return on
    ? ok('discord', 'the Message Content intent is on: in its threads no mention is needed')
    : note(
        'discord',
        `The Message Content intent is off: in its threads Parley hears only what mentions it or replies to it. Switch it on: ${portal}, your application, page Bot. Or set discord: { follow_ups: false } in parley.yaml.`,
      )
}

function membership(servers: unknown, link: string): Finding {
  if (servers === 0) return note('discord', `It is in no server yet. Add it: ${link}`)
  const count = typeof servers === 'number' ? `in ${servers} ${servers === 1 ? 'server' : 'servers'}; ` : ''
  return ok('discord', `${count}the link that adds it to a server: ${link}`)
}

async function starts(api: DiscordApi): Promise<Finding[]> {
  const answer = await api.get('/gateway/bot')
  if (answer.kind !== 'answered') return [refused(answer)]
  const { remaining, total, reset_after } = startLimit(answer.body.session_start_limit)
  if (remaining === null) return []
  const back = reset_after === null ? 'within a day' : `in ${inWords(reset_after)}`
  const left = `${remaining}${total === null ? '' : ` of ${total}`} connections to the gateway left, all back ${back}`
  if (remaining === 0)
    return [fail('discord', `${left}. Something connects again and again: stop it, and wait.`)]
  return [
    remaining <= fewStarts
      ? note('discord', `${left}. Does something restart again and again?`)
      : ok('discord', left),
  ]
}

function startLimit(limit: unknown) {
  const fields: Record<string, unknown> = typeof limit === 'object' && limit !== null ? { ...limit } : {}
  const numberAt = (name: string) => (typeof fields[name] === 'number' ? fields[name] : null)
  return { remaining: numberAt('remaining'), total: numberAt('total'), reset_after: numberAt('reset_after') }
}

function inWords(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
