import { checkCommands } from './command-rules.ts'
import { refusal } from './refusal.ts'
import { renderMember } from './rendering-places.ts'
import { type Call, type Route, route } from './routes.ts'
import { userOf, type World } from './world.ts'

/** Privileged intents that are on, for a bot in fewer than 100 guilds. */
const CONTENT_LIMITED = 1 << 19

/** Who the bot is, who others are, and its commands. */
export function accountRoutes(world: World, gateway: () => unknown): Route[] {
  const application = () => ({
    id: world.applicationId,
    name: world.bot.username,
    description: '',
    icon: null,
    bot: world.bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: world.contentAllowed ? CONTENT_LIMITED : 0,
    integration_types_config: { 0: {}, 1: {} },
  })
  const own = (call: Call) => {
    if (call.params.application !== world.applicationId) throw refusal(50001)
  }
  const guildOf = (call: Call) => {
    const guild = world.guilds.get(call.params.guild!)
    if (guild?.installed !== true) throw refusal(10004)
    return guild
  }
  const COMMANDS = '/applications/:application/commands'
  return [
    route('GET', '/gateway/bot', null, () => ({ status: 200, body: gateway() })),
    route('GET', '/users/@me', null, () => ({ status: 200, body: world.bot })),
    route('GET', '/users/:user', 'reads', (call) => {
      const id = call.params.user!
      if (id !== world.bot.id && !world.people.has(id)) throw refusal(10013)
      return { status: 200, body: userOf(world, id) }
    }),
    route('GET', '/applications/@me', null, () => ({ status: 200, body: application() })),
    route('GET', '/oauth2/applications/@me', null, () => ({ status: 200, body: application() })),
    route('GET', '/guilds/:guild', 'reads', (call) => {
      const { id, name, roles } = guildOf(call)
      return { status: 200, body: { id, name, roles: [...roles.values()] } }
    }),
    route('GET', '/guilds/:guild/roles', 'reads', (call) => ({
      status: 200,
      body: [...guildOf(call).roles.values()],
    })),
    route('GET', '/guilds/:guild/members/:user', 'reads', (call) => {
      const id = call.params.user!
      const guild = guildOf(call)
      if (id !== world.bot.id && !world.people.has(id)) throw refusal(10007)
      return { status: 200, body: { ...renderMember(world, guild.id, id), user: userOf(world, id) } }
    }),
    route('GET', COMMANDS, 'commands', (call) => {
      own(call)
      return { status: 200, body: world.commands.current }
    }),
    route('PUT', COMMANDS, 'commands', (call) => {
      own(call)
      register(world, call.body)
      return { status: 200, body: world.commands.current }
    }),
  ]
}

/** All commands at once; those of the same name and type keep their ids. */
export function register(world: World, body: unknown): void {
  const before = new Map(world.commands.current.map((one) => [`${one.type ?? 1}:${one.name}`, one.id]))
  const commands = checkCommands(body)
  world.commands.current = commands.map((command) => ({
    ...command,
    type: command.type ?? 1,
    id: before.get(`${command.type ?? 1}:${command.name}`) ?? world.id(),
    application_id: world.applicationId,
    version: world.id(),
  })) as typeof world.commands.current
  world.commands.puts++
}
