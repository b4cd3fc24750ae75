import type { Config } from '../config/config.ts'
import { type SlackWay, slackWay } from '../config/slack-way.ts'
import type { PlatformState } from './health.ts'

/** The first screen: what runs, where, and what to set next. */
export function welcomeScreen({
  version,
  url,
  config,
  discord = 'connecting',
  slack = 'connecting',
}: {
  version: string
  url: string
  config: Config
  /** How it stands just now, where DISCORD_TOKEN is set. */
  discord?: PlatformState
  /** The same, where a workspace and a way for its events are set. */
  slack?: PlatformState
}): string {
  const rehearsed = config.provider === 'rehearsal'
  const way = slackWay(config.slack)
  const lines = [
    `Parley ${version}`,
    '',
    `  Playground  ${url}`,
    `  Discord     ${config.discord.token === null ? 'off: no DISCORD_TOKEN is set' : stateWords[discord]}`,
    `  Slack       ${way === 'off' ? 'off: no SLACK_BOT_TOKEN is set' : `${stateWords[slack]}, by ${wayWords[way]}`}`,
    `  Model       ${rehearsed ? 'rehearsal: no key is set, so answers are rehearsed, not thought' : config.openai.model}`,
    `  Data        ${config.database.path}`,
  ]
  // Whoever has one platform need not want the other.
  const alone = config.discord.token === null && way === 'off'
  const next = [...(rehearsed ? nextModel : []), ...(alone ? [...nextDiscord, ...nextSlack] : [])]
  if (next.length > 0)
    lines.push('', '  Next, in a file named .env here, and start again:', ...next, ...helpers)
  lines.push('', '  Stop with Ctrl-C.')
  return `\n${lines.join('\n')}\n\n`
}

const stateWords: Readonly<Record<PlatformState, string>> = {
  connecting: 'connecting',
  connected: 'connected',
  closed: 'closed: the log says why',
}

const wayWords: Readonly<Record<Exclude<SlackWay, 'off'>, string>> = {
  socket: 'Socket Mode',
  http: 'HTTP at /slack/events',
}

const nextModel = [
  '    OPENAI_API_KEY=…   a model (or OPENAI_BASE_URL for Ollama, OpenRouter, vLLM, LM Studio, llama.cpp)',
]
const nextDiscord = ['    DISCORD_TOKEN=…    Discord: docs/discord.md says how to get one']
const nextSlack = [
  '    SLACK_BOT_TOKEN=…  Slack, with SLACK_APP_TOKEN=… beside it: docs/slack.md says how to get them',
]
const helpers = ['  .env.example lists every setting; `npm run doctor` checks them.']
