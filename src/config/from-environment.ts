import { resolve } from 'node:path'
import { versionOfApi } from './notices.ts'
import { presets } from './presets.ts'
import type { Values } from './variables.ts'

/** What the environment says, with defaults: as `Config` has it. `cwd`: where relative paths begin. */
export function fromEnvironment(values: Values, cwd: string) {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = values
  return {
    provider: values.OPENAI_API_KEY || values.OPENAI_BASE_URL ? ('openai' as const) : ('rehearsal' as const),
    openai: {
      apiKey: values.OPENAI_API_KEY ?? null,
      baseUrl: values.OPENAI_BASE_URL ?? null,
      api: values.OPENAI_API ?? 'auto',
      model: values.OPENAI_MODEL ?? presets.model,
      transcribeModel: values.OPENAI_TRANSCRIBE_MODEL ?? presets.transcribeModel,
      speechModel: values.OPENAI_SPEECH_MODEL ?? presets.speechModel,
      imageModel: values.OPENAI_IMAGE_MODEL ?? presets.imageModel,
      webhookSecret: values.OPENAI_WEBHOOK_SECRET ?? null,
    },
    discord: {
      token: values.DISCORD_TOKEN ?? null,
      apiUrl: values.DISCORD_API_URL?.replace(versionOfApi, '') ?? null,
    },
    slack: {
      botToken: values.SLACK_BOT_TOKEN ?? null,
      appToken: values.SLACK_APP_TOKEN ?? null,
      signingSecret: values.SLACK_SIGNING_SECRET ?? null,
      clientId: values.SLACK_CLIENT_ID ?? null,
      clientSecret: values.SLACK_CLIENT_SECRET ?? null,
      apiUrl: values.SLACK_API_URL ?? null,
    },
    web: {
      host: values.HOST ?? presets.host,
      port: values.PORT ?? presets.port,
      apiKeys: values.PARLEY_API_KEYS ?? [],
      corsOrigins: values.CORS_ORIGINS ?? [],
    },
    database: { kind: 'sqlite' as const, path: sqlitePath(values.DATABASE_URL ?? presets.database, cwd) },
    webhook: url !== undefined && secret !== undefined ? { url, secret } : null,
    log: { level: values.LOG_LEVEL ?? presets.logLevel, format: values.LOG_FORMAT ?? null },
  }
}

/** `sqlite:a/b`, `sqlite:/a/b` and `sqlite:///a/b` are all in use. */
function sqlitePath(url: string, cwd: string): string {
  const path = url.replace(/^sqlite:(\/\/)?/, '')
  return path === ':memory:' ? path : resolve(cwd, path)
}
