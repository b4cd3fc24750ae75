import type { FakeInteraction } from '../fakes/discord/interaction-handle.ts'
import type { SeenMessage } from '../fakes/discord/seeing.ts'
import type { Beat } from '../fakes/openai/script.ts'

/** Room enough that no limit is felt: for stories about something else. */
export const roomy = {
  sends: { limit: 500, windowMs: 1_000 },
  edits: { limit: 500, windowMs: 1_000 },
  webhooks: { limit: 500, windowMs: 1_000 },
  typing: { limit: 500, windowMs: 1_000 },
  deletes: { limit: 500, windowMs: 1_000 },
  threads: { limit: 5_000, windowMs: 1_000 },
  reads: { limit: 500, windowMs: 1_000 },
  global: { limit: 5_000, windowMs: 1_000 },
} as const

export const labels = (message: SeenMessage | undefined | null): string[] =>
  message?.buttons.map(({ label }) => label) ?? []

/** The texts of the bot's messages. */
export const said = (messages: readonly SeenMessage[]): string[] =>
  messages.filter(({ fromBot }) => fromBot).map(({ content }) => content)

/** What a command was answered at first; null while "is thinking…" shows. */
export function replyTo(interaction: FakeInteraction): string | null {
  const [reply] = interaction.replies()
  return reply === undefined || reply.loading ? null : reply.content
}

/** An answer's buttons once it is whole. */
export const whole = ['Regenerate', 'Read aloud', '👍', '👎']

/** Those of one that was stopped. */
export const stopped = ['Regenerate', '👍', '👎']

export const isWhole = (messages: readonly SeenMessage[]): boolean =>
  [whole, stopped].some((buttons) => labels(messages.at(-1)).join() === buttons.join())

/** `words` numbered words, so that a lost or doubled one is seen. */
export const numbered = (words: number): string =>
  Array.from({ length: words }, (_, index) => `word${index}`).join(' ')

/** A text in deltas of about `size` characters. */
export function inDeltas(text: string, size: number): Beat[] {
  const points = [...text]
  const deltas: Beat[] = []
  for (let at = 0; at < points.length; at += size)
    deltas.push({ kind: 'text', text: points.slice(at, at + size).join('') })
  return deltas
}
