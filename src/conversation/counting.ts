import type { PromptMessage, PromptPart, ReplyRequest } from '../ports/model.ts'
import { type Said, said } from './prompt.ts'
import { countTokens } from './tokens.ts'

/** The tokens an image counts for (OpenAI's vision guide: up to about 1,100 at `auto`). */
export const imageTokens = 1100

/** Role and separators around each message, as chat formats add them. */
const overheadTokens = 6

/** A recording goes to the model as a line that names it. */
const audioTokens = 30

/** Tokens of messages as the model gets them, with everything that was put around people's words. */
export async function countMessages(messages: readonly PromptMessage[]): Promise<number> {
  const counts = await Promise.all(
    messages.map(async ({ content }) => (await countParts(content)) + overheadTokens),
  )
  return sum(counts)
}

/** Tokens of everything a request puts into the model: instructions, messages, and the form the answer must have. */
export async function countRequest({
  instructions,
  messages,
  parameters: { responseFormat },
}: Pick<ReplyRequest, 'instructions' | 'messages' | 'parameters'>): Promise<number> {
  const form = responseFormat?.kind === 'json_schema' ? JSON.stringify(responseFormat.schema) : ''
  return sum(await Promise.all([countTokens(form), countMessages([inWords(instructions), ...messages])]))
}

/**
 * Tokens a remembered message takes in a later prompt, its files aside. The name counts too: it stands there once
 * several people talk.
 */
export function countStored({
  text,
  quotes,
  by = null,
  broken = false,
}: Pick<Said, 'text' | 'quotes'> & Partial<Said>): Promise<number> {
  return countMessages([inWords(said({ text, quotes, by, broken }, true))])
}

/** Tokens of parts of a message, without what stands around them. */
export async function countParts(parts: readonly PromptPart[]): Promise<number> {
  return sum(await Promise.all(parts.map(countPart)))
}

async function countPart(part: PromptPart): Promise<number> {
  switch (part.kind) {
    case 'text':
      return countTokens(part.text)
    case 'image':
      return imageTokens
    case 'audio':
      return audioTokens + (await countTokens(part.name))
  }
}

const inWords = (text: string): PromptMessage => ({ role: 'user', content: [{ kind: 'text', text }] })

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
