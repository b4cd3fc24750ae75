import type { Config } from '../config/config.ts'

/** The first screen: what runs, where, and what to set next. */
export function welcomeScreen({
  version,
  url,
  config,
}: {
  version: string
  url: string
  config: Config
}): string {
  const lines = [`Parley ${version}`, '', `  Playground  ${url}`, `  Data        ${config.database.path}`]
  if (config.provider === 'rehearsal') {
    lines.push(
      '  Model       rehearsal: no key is set, so answers are rehearsed, not thought',
      '',
      '  Next: put OPENAI_API_KEY=… into a file named .env here and start again',
      '        (or OPENAI_BASE_URL for Ollama, OpenRouter, vLLM, LM Studio, llama.cpp).',
      '        .env.example lists every setting; `npm run doctor` checks them.',
    )
  } else lines.push(`  Model       ${config.openai.model}`)
  lines.push('', '  Stop with Ctrl-C.')
  return `\n${lines.join('\n')}\n\n`
}
