import type { Policy } from './policy-schema.ts'

/** What holds without a parley.yaml; the schema's own defaults (a test holds them together), without loading it. */
export const defaultPolicy: Policy = {
  access: { workspaces: 'any', channels: 'any', people: 'any', roles: 'any', dms: true, foreign: false },
  conversations: 'thread',
  budgets: { day: { all: 5, person: 1 } },
  channels: {},
  memory: { window_tokens: 16_000, days: 30 },
  model: { max_output_tokens: 8_192 },
  prices: {},
  media: { minutes: 120, language: 'auto', image_links: null },
  speech: { voice: 'marin', format: 'mp3', speed: null, instructions: null, every_answer: false },
  painting: { in_conversations: false, size: 'auto' },
  rehearsal: { tokens_per_second: 40, first_token_ms: 300 },
  limits: { answers_at_once: 'auto' },
  discord: { follow_ups: true },
  slack: { streaming: 'auto', public_url: null },
  ping_after_seconds: null,
  titles: 'question',
}
