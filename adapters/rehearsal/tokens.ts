import type { ReplyRequest } from '../../src/ports/model.ts'

/** What OpenAI counts for a small picture at low detail. */
const TOKENS_PER_IMAGE = 85

/** Four characters a token, the rule of thumb for English. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

export function promptTokens({ instructions, messages }: ReplyRequest): number {
  const parts = messages.flatMap(({ content }) => content)
  return parts.reduce((sum, part) => {
    if (part.kind === 'text') return sum + estimateTokens(part.text)
    return sum + (part.kind === 'image' ? TOKENS_PER_IMAGE : 0)
  }, estimateTokens(instructions))
}
