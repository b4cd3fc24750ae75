import { randomBytes } from 'node:crypto'
import { personFor } from './finding.ts'
import { type Method, Refusal, text, textOr } from './method.ts'
import { renderUser } from './rendering-places.ts'
import type { World } from './world.ts'

/** Who the app is, who others are, and where to connect. `sockets`: how many are open; `link`: the address of a new one. */
export function accountMethods(world: World, sockets: () => number, link: () => string): Method[] {
  return [
    {
      name: 'auth.test',
      token: 'bot',
      scopes: [],
      tier: 'tier4',
      args: {},
      handle: ({ team }) => ({
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        user: 'parley',
        team_id: team.orgWide ? team.enterprise : team.id,
        user_id: team.bot.user,
        bot_id: team.bot.bot,
        is_enterprise_install: team.orgWide,
        ...(team.enterprise === null ? {} : { enterprise_id: team.enterprise }),
      }),
    },
    {
      name: 'auth.revoke',
      token: 'bot',
      scopes: [],
      tier: 'tier3',
      args: { test: 'flag' },
      handle({ args, token }) {
        if (args.test === true) return { revoked: false }
        const state = world.tokens.get(token)
        if (state !== undefined) state.refused = 'token_revoked'
        return { revoked: true }
      },
    },
    {
      name: 'apps.connections.open',
      token: 'app',
      scopes: ['connections:write'],
      tier: 'tier1',
      args: {},
      handle() {
        if (sockets() >= world.limits.connections) throw new Refusal('too_many_websockets')
        return { url: link() }
      },
    },
    {
      name: 'users.info',
      token: 'bot',
      scopes: ['users:read'],
      tier: 'tier4',
      args: { user: 'text', include_locale: 'flag' },
      handle: ({ args, team }) => ({
        user: renderUser(world, personFor(world, text(args, 'user')), team.id),
      }),
    },
    {
      name: 'bots.info',
      token: 'bot',
      scopes: ['users:read'],
      tier: 'tier3',
      args: { bot: 'text' },
      handle({ args, team }) {
        const bot = textOr(args, 'bot') ?? team.bot.bot
        for (const user of world.users.values())
          if (user.botId === bot)
            return {
              bot: {
                id: bot,
                deleted: false,
                name: user.name,
                user_id: user.id,
                app_id: bot === team.bot.bot ? world.app.id : 'A0OTHERBOT',
                updated: 0,
              },
            }
        throw new Refusal('bot_not_found')
      },
    },
    {
      name: 'team.info',
      token: 'bot',
      scopes: ['team:read'],
      tier: 'tier3',
      args: { team: 'text' },
      handle: ({ team }) => ({
        team: {
          id: team.id,
          name: team.name,
          domain: team.domain,
          enterprise_id: team.enterprise ?? undefined,
        },
      }),
    },
    {
      name: 'usergroups.list',
      token: 'bot',
      scopes: ['usergroups:read'],
      tier: 'tier2',
      args: { include_count: 'flag', include_disabled: 'flag', include_users: 'flag' },
      handle: ({ team, args }) => ({
        usergroups: [...team.groups.values()].map(({ id, handle, users }) => ({
          id,
          team_id: team.id,
          is_usergroup: true,
          name: handle,
          handle,
          date_delete: 0,
          ...(args.include_users === true ? { users } : {}),
        })),
      }),
    },
  ]
}

/** Tokens are long, and unlike each other. */
export const newToken = (kind: 'xoxb' | 'xoxe-1' | 'xoxe.xoxb-1', team: string): string =>
  `${kind}-${team}-${randomBytes(12).toString('hex')}`
