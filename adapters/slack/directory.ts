import { cleanText } from '../../src/clean-text.ts'
import type { Person } from '../../src/ports/event.ts'
import { createRecent } from '../../src/recent.ts'
import { fieldsOf, listOf } from './fields.ts'
import type { Installation } from './installations/installation.ts'
import { createLookup, type LookupParts } from './lookup.ts'
import type { PacedCall } from './paced-call.ts'
import { isBetweenTwo } from './spot.ts'

/** Names of people, channels and groups, and who belongs where. What isn't known costs one call, behind all others. */
export interface Directory {
  /** Rejects with the signal's reason, and where it can't be told now whether the person belongs here. */
  person(who: Who, signal: AbortSignal): Promise<Person>
  /** null = not known, or not in time. Rejects with the signal's reason only. */
  userName(team: string, user: string, signal: AbortSignal): Promise<string | null>
  /** A private channel has no name for those who may not be in it. */
  channelName(team: string, channel: string, signal: AbortSignal): Promise<string | null>
  groupName(team: string, group: string, signal: AbortSignal): Promise<string | null>
  /**
   * Whether a channel is the direct messages between a person and Parley; people can call commands in those between
   * each other, too. Rejects with the signal's reason, and where it can't be told now.
   */
  isDirect(team: string, channel: string, signal: AbortSignal): Promise<boolean>
}

/** A person as an event names them. */
export interface Who {
  readonly installation: Pick<Installation, 'team' | 'enterprise'>
  readonly user: string
  /** The team (`T…`) or organisation (`E…`) that the event says they belong to; absent: it does not say. */
  readonly home?: string | null
  /** In a channel shared with other companies, or perhaps shared; false: Slack says that it is not. Absent: it says nothing. */
  readonly isShared?: boolean
  /** As the event has it. */
  readonly name?: string | null
  readonly isBot?: boolean
}

export interface DirectoryParts extends LookupParts {
  readonly call: PacedCall
}

/** What Slack knows of a user. */
interface UserFacts {
  readonly name: string | null
  readonly isBot: boolean
  readonly isModerator: boolean
  readonly team: string | null
  readonly enterprise: string | null
  readonly isStranger: boolean
  /** Of the organisation, in which the person is. */
  readonly teams: readonly string[]
}

/** Milliseconds: workspaces seldom leave an organisation. */
const provenFor = 24 * 3_600_000
const mostProven = 5_000

/** Milliseconds that a question waits for a name, and for what it depends on whether it is heard at all. */
const patience = { name: 500, belonging: 1_500 }
const nameLimit = 80

export function createDirectory(parts: DirectoryParts): Directory {
  const { call, clock, log } = parts

  const users = createLookup<UserFacts>(parts, async (team, user, own) => {
    const got = await call<{ user?: unknown }>({ team, method: 'users.info', args: { user } }, own)
    if (got.kind === 'done') return userFacts(got.body.user)
    if (got.passing) throw got.cause
    log.info({ team, error: got.error }, 'Slack does not say who somebody is')
    return userFacts(null)
  })
  const channels = createLookup<string | null>(parts, async (team, channel, own) => {
    const request = { team, method: 'conversations.info', args: { channel } }
    const got = await call<{ channel?: unknown }>(request, own)
    if (got.kind === 'failed') throw got.cause
    const { name, is_private } = fieldsOf(got.body.channel)
    return is_private === false ? named(name) : 'private-channel'
  })
  /** Whether Parley takes part in them: Slack says nothing of those between others. */
  const directs = createLookup<boolean>(parts, async (team, channel, own) => {
    const got = await call({ team, method: 'conversations.info', args: { channel } }, own)
    if (got.kind === 'failed' && got.passing) throw got.cause
    // Without the scope for direct messages all of them are taken for Parley's own, where less is allowed.
    return got.kind === 'done' || got.error !== 'channel_not_found'
  })
  /** All of a team's: Slack gives out no single one. */
  const groups = createLookup<ReadonlyMap<string, string>>(parts, async (team, _, own) => {
    const request = { team, method: 'usergroups.list', args: {} }
    const got = await call<{ usergroups?: unknown }>(request, own)
    if (got.kind === 'failed') throw got.cause
    const list = Array.isArray(got.body.usergroups) ? got.body.usergroups.map(fieldsOf) : []
    const entries = list.flatMap(({ id, handle, name }): [string, string][] => {
      const called = named(handle) ?? named(name)
      return typeof id === 'string' && called !== null ? [[id, called]] : []
    })
    return new Map(entries)
  })

  /** Until when (`Clock.elapsed`) a workspace is known to be of the installation's organisation, by both ids. */
  const proven = createRecent<number>(mostProven)
  const proofOf = ({ installation, home }: Who): string => `${installation.enterprise}/${home}`

  function prove(who: Who, facts: UserFacts): void {
    const { home, installation } = who
    if (home == null || facts.enterprise === null || facts.enterprise !== installation.enterprise) return
    if (facts.team === home || facts.teams.includes(home))
      proven.set(proofOf(who), clock.elapsed() + provenFor)
  }

  const mayBelong = (who: Who): ReturnType<typeof told> => {
    const isProven = who.home != null && (proven.get(proofOf(who)) ?? 0) > clock.elapsed()
    return isProven ? 'yes' : told(who)
  }

  async function person(who: Who, ended: AbortSignal): Promise<Person> {
    const { installation, user, isBot = false } = who
    const { team, enterprise } = installation
    const may = mayBelong(who)
    const depends = may === 'unknown'
    // A name that came along may be another than the one people are shown by, and they are to have one in what the model reads.
    const wait = depends ? patience.belonging : patience.name
    const facts = isBot ? null : await users(team, user, wait, ended)
    if (facts !== null) prove(who, facts)
    // Slack does not say it, but that no other company is in this channel.
    const isAmongUs = facts === null && who.isShared === false
    if (depends && facts === null && !isBot && !isAmongUs)
      throw new Error('Whose user this is could not be looked up now')
    const isLocal = depends ? isAmongUs || (facts !== null && belongs(facts, installation)) : may === 'yes'
    const foreign = !isLocal || facts?.isStranger === true
    const home = who.home ?? facts?.team ?? null
    return {
      id: user,
      name: facts?.name ?? named(who.name) ?? user,
      bot: isBot || user === slackbot || facts?.isBot === true,
      foreign,
      ...(foreign && home !== null ? { home } : {}),
      // In an organisation a person has one id in all workspaces, and so one budget.
      account: `${foreign ? (home ?? team) : (enterprise ?? team)}:${user}`,
      moderator: !foreign && facts?.isModerator === true,
      roles: [],
    }
  }

  return {
    person,
    userName: async (team, user, ended) => (await users(team, user, patience.name, ended))?.name ?? null,
    channelName: (team, channel, ended) => channels(team, channel, patience.name, ended),
    groupName: async (team, group, ended) =>
      (await groups(team, '', patience.name, ended))?.get(group) ?? null,
    async isDirect(team, channel, ended) {
      if (!isBetweenTwo(channel)) return false
      const isOwn = await directs(team, channel, patience.belonging, ended)
      if (isOwn === null) throw new Error('Whose direct messages these are could not be looked up now')
      return isOwn
    },
  }
}

/** Slack's own voice. */
const slackbot = 'USLACKBOT'

/** As far as the event tells by itself. */
function told({ installation, home, isShared }: Who): 'yes' | 'no' | 'unknown' {
  if (home == null) return isShared ? 'unknown' : 'yes'
  if (home === installation.team || home === installation.enterprise) return 'yes'
  // Another workspace of the same organisation?
  return installation.enterprise === null ? 'no' : 'unknown'
}

const belongs = (facts: UserFacts, { team, enterprise }: Who['installation']): boolean =>
  facts.team === team ||
  (enterprise !== null && (facts.enterprise === enterprise || facts.team === enterprise))

function userFacts(raw: unknown): UserFacts {
  const user = fieldsOf(raw)
  const profile = fieldsOf(user.profile)
  const grid = fieldsOf(user.enterprise_user)
  const name =
    named(profile.display_name) ?? named(profile.real_name) ?? named(user.real_name) ?? named(user.name)
  return {
    name,
    isBot: user.is_bot === true || user.is_workflow_bot === true,
    isModerator: user.is_admin === true || user.is_owner === true,
    team: typeof user.team_id === 'string' ? user.team_id : null,
    enterprise: typeof grid.enterprise_id === 'string' ? grid.enterprise_id : null,
    isStranger: user.is_stranger === true,
    teams: listOf(grid.teams).filter((one) => typeof one === 'string'),
  }
}

/** Names are data: long ones are cut, and they stay on one line. */
function named(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const name = cleanText(value.replaceAll(/\s+/g, ' ').trim().slice(0, nameLimit))
  return name === '' ? null : name
}
