import type { CommandSpec } from '../../src/ports/command.ts'
import type { Features } from './features.ts'
import { suggestions } from './interactions/prompts.ts'
import { type Shortcut, shortcutsOf } from './interactions/shortcuts.ts'
import { type Scope, scopesFor } from './scopes.ts'

/** The app as Slack's page “From a manifest” takes it; the keys and limits are those of Slack's reference of manifests. */
export interface SlackManifest {
  readonly _metadata: { readonly major_version: number; readonly minor_version: number }
  readonly display_information: Readonly<Record<string, string>>
  readonly features: {
    readonly app_home: Readonly<Record<string, boolean>>
    readonly agent_view?: {
      readonly agent_description: string
      readonly suggested_prompts: readonly { readonly title: string; readonly message: string }[]
    }
    readonly bot_user: { readonly display_name: string; readonly always_online: boolean }
    readonly shortcuts: readonly Shortcut[]
    readonly slash_commands: readonly SlashCommand[]
  }
  readonly oauth_config: {
    readonly redirect_urls?: readonly string[]
    readonly scopes: { readonly bot: readonly Scope[] }
  }
  readonly settings: {
    readonly event_subscriptions: { readonly request_url?: string; readonly bot_events: readonly string[] }
    readonly interactivity: { readonly is_enabled: boolean; readonly request_url?: string }
    readonly org_deploy_enabled: boolean
    readonly socket_mode_enabled: boolean
    readonly token_rotation_enabled: boolean
  }
}

interface SlashCommand {
  readonly command: string
  readonly url?: string
  readonly description: string
  readonly usage_hint: string
  readonly should_escape: boolean
}

const eventsPath = '/slack/events'
const redirectPath = '/slack/oauth_redirect'

/** Throws where `features` ask for an address that isn't there. */
export function manifestOf(features: Features, commands: readonly CommandSpec[]): SlackManifest {
  const { way, direct, severalWorkspaces } = features
  const request = way === 'http' ? { request_url: addressOf(features, eventsPath) } : {}
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Parley',
      description: 'Answers in the thread while you watch',
      long_description:
        'Mention Parley in a channel and it answers in a thread on your message; write in its threads or in a direct message without a mention. It looks at pictures, hears clips, reads documents, speaks its answers, follows your edits, and keeps the conversation of each thread in mind. Parley is run by your own company, which decides on the model, the budget and who may use it.',
      background_color: '#1d3a4f',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: direct,
        messages_tab_read_only_enabled: !direct,
      },
      ...(direct ? { agent_view: agentView } : {}),
      bot_user: { display_name: 'parley', always_online: true },
      shortcuts: shortcutsOf(commands),
      slash_commands: slashCommands(features, commands),
    },
    oauth_config: {
      ...(severalWorkspaces ? { redirect_urls: [addressOf(features, redirectPath)] } : {}),
      scopes: { bot: [...scopesFor(features).keys()] },
    },
    settings: {
      event_subscriptions: { ...request, bot_events: eventsFor(features) },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: severalWorkspaces,
      socket_mode_enabled: way === 'socket',
      // Can't be taken back in Slack. With a token in the settings it would end that token after 12 hours.
      token_rotation_enabled: severalWorkspaces,
    },
  }
}

/** The events of the bot; which scope each of them needs, the test of the manifest knows. */
export function eventsFor({ direct }: Pick<Features, 'direct'>): readonly string[] {
  return [
    ...(direct ? ['agent_session_stopped', 'message.im'] : []),
    'app_home_opened',
    'app_mention',
    'app_uninstalled',
    'message.channels',
    'message.groups',
    'message.mpim',
    'reaction_added',
    'tokens_revoked',
  ].toSorted()
}

const agentView = {
  agent_description:
    'Ask anything, in words, by voice or with files; each message begins a conversation of its own.',
  suggested_prompts: suggestions,
}

function slashCommands(features: Features, commands: readonly CommandSpec[]): SlashCommand[] {
  const url = features.way === 'http' ? { url: addressOf(features, eventsPath) } : {}
  const typed = commands.filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
  const ask = typed.filter(({ name }) => name === 'ask')
  // With escaping a mention arrives as an id, which can be told from words that merely begin with @.
  const shared = { ...url, should_escape: true }
  return [
    ...ask.map(({ description, options }) => ({
      command: '/ask',
      description,
      usage_hint: hintsOf(options),
      ...shared,
    })),
    {
      command: '/parley',
      description: 'Settings, and all else that Parley can do here',
      usage_hint: typed
        .filter(({ name }) => name !== 'ask')
        .map(({ name, options }) => [name, hintsOf(options)].filter(Boolean).join(' '))
        .join(' | '),
      ...shared,
    },
  ]
}

/** In the order in which they are typed. Files can't be given to a command of Slack's. */
const hintsOf = (options: CommandSpec['options']): string =>
  options
    .filter(({ type }) => type !== 'file')
    .toSorted((a, b) => Number(b.type === 'flag') - Number(a.type === 'flag'))
    .map(({ name, required, type }) =>
      required ? `<${name}>` : type === 'flag' ? `[${name}:]` : `[${name}]`,
    )
    .join(' ')

function addressOf({ publicUrl }: Features, path: string): string {
  if (publicUrl === null) throw new Error('the manifest needs the address at which Slack reaches Parley')
  return `${publicUrl}${path}`
}
