import type OpenAI from 'openai'
import type { ReplyRequest, Usage } from '../../src/ports/model.ts'

/** A rule of thumb for English; servers that report nothing leave us no better one. */
const CHARACTERS_PER_TOKEN = 4

// Some servers send the fields with zeros in them when they do not count: that is no report.

export function usageOfResponse(usage: OpenAI.Responses.ResponseUsage | undefined): Usage | null {
  if (!usage || !(usage.input_tokens || usage.output_tokens)) return null
  return {
    inputTokens: usage.input_tokens,
    cachedTokens: usage.input_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.input_tokens_details?.cache_write_tokens ?? 0,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
    exact: true,
  }
}

export function usageOfCompletion(usage: OpenAI.CompletionUsage | null | undefined): Usage | null {
  if (!usage || !(usage.prompt_tokens || usage.completion_tokens)) return null
  return {
    inputTokens: usage.prompt_tokens ?? 0,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    outputTokens: usage.completion_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    exact: true,
  }
}

/** null: not told, as by other models than OpenAI's. */
export function usageOfPicture(
  usage: { readonly input_tokens: number; readonly output_tokens: number } | null | undefined,
): Usage | null {
  if (!usage || !(usage.input_tokens || usage.output_tokens)) return null
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage
  return { inputTokens, cachedTokens: 0, outputTokens, reasoningTokens: 0, exact: true }
}

/** `outputCharacters` counts everything the model wrote, reasoning included. */
export function estimatedUsage(request: ReplyRequest, outputCharacters: number): Usage {
  const input = request.messages
    .flatMap((message) => message.content)
    .reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), request.instructions.length)
  return {
    inputTokens: Math.ceil(input / CHARACTERS_PER_TOKEN),
    cachedTokens: 0,
    outputTokens: Math.ceil(outputCharacters / CHARACTERS_PER_TOKEN),
    reasoningTokens: 0,
    exact: false,
  }
}
