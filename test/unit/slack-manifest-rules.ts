import { z } from 'zod'

/**
 * The published rules of app manifests, as Slack's documents (app manifest reference, events, scopes) and the types of
 * @slack/web-api 8.2 give them: keys, lengths, counts, and which scope an event needs.
 */

const https = z.url({ protocol: /^https$/ })
const text = (most: number) => z.string().min(1).max(most)

/** Bot scopes; of the events that need none the list is empty. Any one of a list is enough. */
export const scopesOfEvents: Readonly<Record<string, readonly string[]>> = {
  agent_session_stopped: [],
  app_context_changed: ['assistant:write'],
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  assistant_thread_context_changed: ['assistant:write'],
  assistant_thread_started: ['assistant:write'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  reaction_added: ['reactions:read'],
  tokens_revoked: [],
}

/** The scopes of which any one is enough for a method of the Web API; of those that need none the list is empty. */
export const scopesOfMethods: Readonly<Record<string, readonly string[]>> = {
  'agents.sessions.rename': ['chat:write'],
  'agents.sessions.setStatus': ['chat:write'],
  'apps.connections.open': [],
  'apps.uninstall': [],
  'assistant.threads.setStatus': ['assistant:write', 'chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'assistant.threads.setTitle': ['assistant:write'],
  'auth.revoke': [],
  'auth.teams.list': [],
  'auth.test': [],
  'bots.info': ['users:read'],
  'chat.appendStream': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.list': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'oauth.v2.access': [],
  'oauth.v2.exchange': [],
  'team.info': ['team:read'],
  'usergroups.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
}

const prompt = z.strictObject({ title: text(300), message: text(4000) })

const shape = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal([1, 2]), minor_version: z.int().min(0) }),
  display_information: z.strictObject({
    name: text(35),
    description: text(140).optional(),
    long_description: z.string().min(174).max(4000).optional(),
    background_color: z
      .string()
      .regex(/^#(?:[\da-f]{3}){1,2}$/i)
      .optional(),
  }),
  features: z.strictObject({
    agent_view: z
      .strictObject({ agent_description: text(300), suggested_prompts: z.array(prompt).max(4).optional() })
      .optional(),
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({
      display_name: text(80).regex(/^[a-z\d._-]+$/),
      always_online: z.boolean(),
    }),
    shortcuts: z
      .array(
        z.strictObject({
          type: z.literal(['global', 'message']),
          name: text(24),
          callback_id: text(255),
          description: text(150),
        }),
      )
      .max(10),
    slash_commands: z
      .array(
        z.strictObject({
          command: text(32).regex(/^\/[a-z\d_-]+$/),
          description: text(2000),
          usage_hint: text(1000).optional(),
          should_escape: z.boolean().optional(),
          url: https.optional(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(https).min(1).max(1000).optional(),
    scopes: z.strictObject({
      bot: z
        .array(z.string().regex(/^[a-z._]+(:[a-z.]+)?$/))
        .min(1)
        .max(255),
    }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: https.optional(),
      bot_events: z.array(z.enum(Object.keys(scopesOfEvents))).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: https.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
})

/** What hangs together: each a sentence when it is broken. */
export const manifestSchema = shape.superRefine((manifest, context) => {
  const { features, oauth_config, settings } = manifest
  const complain = (message: string) => context.addIssue({ code: 'custom', message })
  const scopes = new Set(oauth_config.scopes.bot)
  const events = new Set<string>(settings.event_subscriptions.bot_events)
  if (scopes.size < oauth_config.scopes.bot.length) complain('a scope stands there twice')
  if (events.size < settings.event_subscriptions.bot_events.length) complain('an event stands there twice')
  for (const event of events) {
    const needed = scopesOfEvents[event] ?? []
    if (needed.length > 0 && !needed.some((scope) => scopes.has(scope)))
      complain(`${event} needs ${needed.join(' or ')}`)
  }
  if (features.slash_commands.length + features.shortcuts.length > 0 && !scopes.has('commands'))
    complain('commands and shortcuts need the scope commands')
  if (features.shortcuts.length > 0 && !settings.interactivity.is_enabled)
    complain('shortcuts need interactivity')
  if (scopes.has('assistant:write') && !features.agent_view) complain('assistant:write needs agent_view')
  if (features.agent_view && !scopes.has('assistant:write')) complain('agent_view needs assistant:write')
  if (features.agent_view && !features.app_home.messages_tab_enabled)
    complain('agent_view needs the tab of messages')
  const unique = (names: string[], what: string) => {
    if (new Set(names).size < names.length) complain(`${what} stands there twice`)
  }
  unique(
    features.slash_commands.map(({ command }) => command),
    'a command',
  )
  unique(
    features.shortcuts.map(({ callback_id }) => callback_id),
    'a callback_id',
  )
  const urls = [settings.event_subscriptions.request_url, settings.interactivity.request_url]
  const all = [...urls, ...features.slash_commands.map(({ url }) => url)]
  if (!settings.socket_mode_enabled && all.some((url) => url === undefined))
    complain('without Socket Mode events, interactivity and each command need an address')
})
