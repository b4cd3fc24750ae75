import { newToken } from './account-methods.ts'
import { tellTeam } from './events.ts'
import type { OpenLedger } from './ledger.ts'
import { type FakePerson, newPerson, type PersonOptions } from './people.ts'
import type { ChannelState, TeamState } from './states.ts'
import { newChannel, teamOf, type World } from './world.ts'

export interface FakeChannel {
  readonly id: string
  readonly name: string
  readonly team: string
  /** The app is invited, or taken out. */
  invite(): void
  kick(): void
  archive(on?: boolean): void
}

export interface ChannelOptions {
  readonly name?: string
  readonly private?: boolean
  /** Is the app a member? As if it weren't said: yes. */
  readonly member?: boolean
  readonly archived?: boolean
  /** Slack Connect: with these workspaces. */
  readonly shared?: readonly FakeTeam[]
  /** A group DM (mpim). */
  readonly group?: boolean
  /** Direct messages between two people, in which the app has no part. */
  readonly between?: boolean
}

export interface FakeTeam {
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly enterprise: string | null
  /** The token now; a rotation changes it. */
  readonly botToken: string
  readonly bot: { readonly user: string; readonly bot: string }
  readonly scopes: readonly string[]
  channel(options?: ChannelOptions): FakeChannel
  person(options: Omit<PersonOptions, 'team'>): FakePerson
  /** A user group. */
  group(options: { readonly handle: string; readonly users?: readonly FakePerson[] }): { readonly id: string }
  grant(...scopes: string[]): void
  withhold(...scopes: string[]): void
  /** The token is refused from now on, without a word. */
  revoke(how?: 'token_revoked' | 'account_inactive' | 'token_expired' | 'invalid_auth'): void
  /** As an administrator does it: tokens_revoked and app_uninstalled come, the token is refused. */
  uninstall(): void
}

export const DEFAULT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'reactions:read',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users:read',
]

export interface TeamOptions {
  readonly name?: string
  readonly id?: string
  readonly enterprise?: string
  /** false: not until somebody installs it by OAuth. */
  readonly installed?: boolean
  /** Installed for the whole Grid: workspaces of the same enterprise share token and bot. */
  readonly orgWide?: boolean
  readonly scopes?: readonly string[]
}

export function newTeam(world: World, ledger: OpenLedger, options: TeamOptions = {}): FakeTeam {
  const id = options.id ?? world.id('T')
  const name = options.name ?? 'Harbour'
  const orgWide = options.orgWide ?? false
  const sibling = orgWide
    ? [...world.teams.values()].find((one) => one.orgWide && one.enterprise === options.enterprise)
    : undefined
  const state: TeamState = {
    orgWide,
    id,
    name,
    domain: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    enterprise: options.enterprise ?? null,
    bot: sibling?.bot ?? { user: world.id('U'), bot: world.id('B') },
    botToken: sibling?.botToken ?? newToken('xoxb', id),
    scopes: sibling?.scopes ?? new Set(options.scopes ?? DEFAULT_SCOPES),
    installed: options.installed ?? true,
    groups: new Map(),
  }
  world.teams.set(id, state)
  if (sibling === undefined)
    world.users.set(state.bot.user, {
      id: state.bot.user,
      name: 'Parley',
      team: id,
      botId: state.bot.bot,
      guest: false,
      admin: false,
    })
  if (state.installed && sibling === undefined)
    world.tokens.set(state.botToken, { kind: 'bot', team: id, refused: null, expiresAt: null })
  return teamHandle(world, ledger, state)
}

export function teamHandle(world: World, ledger: OpenLedger, state: TeamState): FakeTeam {
  const { id } = state
  return {
    id,
    name: state.name,
    domain: state.domain,
    enterprise: state.enterprise,
    bot: state.bot,
    get botToken() {
      return state.botToken
    },
    get scopes() {
      return [...state.scopes]
    },
    channel({ name = 'general', group = false, between = false, shared = [], ...about } = {}) {
      const kind = between ? 'im' : group ? 'mpim' : about.private ? 'group' : 'channel'
      const { member = !between, archived = false } = about
      return channelHandle(
        world,
        newChannel(world, { team: id, kind, name, member, archived, shared: shared.map((one) => one.id) }),
      )
    },
    person: (about) => newPerson(world, ledger, { ...about, team: id }),
    group({ handle, users = [] }) {
      const group = { id: world.id('S'), handle, users: users.map((one) => one.id) }
      state.groups.set(group.id, group)
      return group
    },
    grant(...scopes) {
      for (const scope of scopes) state.scopes.add(scope)
    },
    withhold(...scopes) {
      for (const scope of scopes) state.scopes.delete(scope)
    },
    revoke(how = 'token_revoked') {
      refuse(world, id, how)
    },
    uninstall() {
      refuse(world, id, 'account_inactive')
      tellTeam(world, id, { type: 'tokens_revoked', tokens: { oauth: [], bot: [state.bot.user] } })
      tellTeam(world, id, { type: 'app_uninstalled' })
      state.installed = false
    },
  }
}

function refuse(
  world: World,
  team: string,
  how: 'token_revoked' | 'account_inactive' | 'token_expired' | 'invalid_auth',
): void {
  for (const token of world.tokens.values())
    if (token.team === team && token.kind === 'bot') token.refused = how
}

export function channelHandle(world: World, state: ChannelState): FakeChannel {
  return {
    id: state.id,
    name: state.name,
    team: teamOf(world, state.team).id,
    invite() {
      state.member = true
    },
    kick() {
      state.member = false
    },
    archive(on = true) {
      state.archived = on
    },
  }
}
