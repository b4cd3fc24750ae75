import type { Config } from '../config/config.ts'
import type { PlatformState } from './health.ts'

/** The first screen: what runs, where, and what to set next. */
export function welcomeScreen({
  version,
  url,
  config,
  discord = 'connecting',
}: {
  version: string
  url: string
  config: Config
  /** How it stands just now, where DISCORD_TOKEN is set. */
  discord?: PlatformState
}): string {
  const rehearsed = config.provider === 'rehearsal'
  const lines = [
    `Parley ${version}`,
    '',
    `  Playground  ${url}`,
    `  Discord     ${config.discord.token === null ? 'off: no DISCORD_TOKEN is set' : discordWords[discord]}`,
    `  Model       ${rehearsed ? 'rehearsal: no key is set, so answers are rehearsed, not thought' : config.openai.model}`,
    `  Data        ${config.database.path}`,
  ]
  const next = [...(rehearsed ? nextModel : []), ...(config.discord.token === null ? nextDiscord : [])]
  if (next.length > 0)
    lines.push('', '  Next, in a file named .env here, and start again:', ...next, ...helpers)
  lines.push('', '  Stop with Ctrl-C.')
  return `\n${lines.join('\n')}\n\n`
}

export const discordWords: Readonly<Record<PlatformState, string>> = {
  connecting: 'connecting',
  connected: 'connected',
  closed: 'closed: the log says why',
}

const nextModel = [
  '    OPENAI_API_KEY=…   a model (or OPENAI_BASE_URL for Ollama, OpenRouter, vLLM, LM Studio, llama.cpp)',
]
const nextDiscord = ['    DISCORD_TOKEN=…    Discord: docs/discord.md says how to get one']
const helpers = ['  .env.example lists every setting; `npm run doctor` checks them.']
