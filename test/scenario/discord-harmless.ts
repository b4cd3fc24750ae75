import { expect } from 'vitest'
import type { DiscordFake } from '../fakes/discord/discord-fake.ts'
import type { OpenAiFake } from '../fakes/openai/openai-fake.ts'
import { slipsIn } from './slips.ts'

interface Heard {
  readonly discord: DiscordFake
  readonly model: OpenAiFake
  readonly log: readonly string[]
}

interface Content {
  readonly content?: unknown
  readonly flags?: number
  readonly allowed_mentions?: unknown
}

const suppressEmbeds = 4

/**
 * What holds in every story: nobody is rung, no link unfolds, no secret leaves the way it has to go, and no answer was
 * saved from a slip in the program by a second try.
 */
export function expectHarmless({ discord, model, log }: Heard): void {
  for (const { method, route, body, pings } of discord.ledger.requests) {
    const said = contentOf(body)
    if (said === null) continue
    const where = `${method} ${route}`
    expect(said.allowed_mentions, where).toEqual({ parse: [], replied_user: false })
    expect((said.flags ?? 0) & suppressEmbeds, where).toBe(suppressEmbeds)
    expect(pings ?? nobody, where).toEqual(nobody)
  }
  expect(slipsIn(log)).toEqual([])
  const secrets = [discord.token, ...discord.interactions().map(({ token }) => token)]
  const written = [
    ...log,
    ...model.ledger.map(({ body, headers }) => JSON.stringify([body, headers])),
    ...discord.ledger.requests.map(({ body }) => JSON.stringify(body) ?? ''),
  ]
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(written.filter((line) => line.includes(form))).toEqual([])
  }
  expect(discord.ledger.downloads.filter(({ authorized }) => authorized)).toEqual([])
}

const nobody = { everyone: false, users: [], roles: [] }

/** A message's content, or that of a callback; null where nothing is said. */
function contentOf(body: unknown): Content | null {
  if (typeof body !== 'object' || body === null) return null
  const { data = body } = body as { data?: Content }
  return typeof data === 'object' && data !== null && 'content' in data ? data : null
}
