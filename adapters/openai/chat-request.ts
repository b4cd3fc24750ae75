import type OpenAI from 'openai'
import type {
  Parameters,
  PromptMessage,
  PromptPart,
  ReplyRequest,
  ResponseFormat,
} from '../../src/ports/model.ts'
import type { Dialect, Leavable } from './dialect.ts'
import { audioNote, imageUrl, plainText } from './prompt.ts'

type Body = OpenAI.Chat.ChatCompletionCreateParamsStreaming
type Message = OpenAI.Chat.ChatCompletionMessageParam
type Content = OpenAI.Chat.ChatCompletionContentPart

/** The request for `POST /chat/completions`, without what the model has refused. `official`: OpenAI's own fields may go too. */
export function chatBody(request: ReplyRequest, dialect: Dialect, official: boolean): Body {
  const { person, cacheKey } = request
  const may = (name: Leavable): boolean => !dialect.left.has(name)
  return {
    model: request.model,
    messages: messages(request, dialect.role),
    stream: true,
    ...(may('stream_options') && { stream_options: { include_usage: true } }),
    ...wishes(request.parameters, dialect, may),
    ...(official && may('store') && { store: false }),
    ...(official && may('safety_identifier') && person !== undefined && { safety_identifier: person }),
    ...(official && may('prompt_cache_key') && cacheKey !== undefined && { prompt_cache_key: cacheKey }),
  }
}

function wishes(asked: Parameters, { limit }: Dialect, may: (name: Leavable) => boolean): Partial<Body> {
  return {
    ...(may('temperature') && asked.temperature !== undefined && { temperature: asked.temperature }),
    ...(may('top_p') && asked.topP !== undefined && { top_p: asked.topP }),
    ...(may('max_tokens') && asked.maxTokens !== undefined && { [limit]: asked.maxTokens }),
    ...(may('frequency_penalty') &&
      asked.frequencyPenalty !== undefined && { frequency_penalty: asked.frequencyPenalty }),
    ...(may('presence_penalty') &&
      asked.presencePenalty !== undefined && { presence_penalty: asked.presencePenalty }),
    ...(may('stop') && asked.stop !== undefined && asked.stop.length > 0 && { stop: [...asked.stop] }),
    ...(may('response_format') &&
      asked.responseFormat !== undefined && { response_format: responseFormat(asked.responseFormat) }),
  }
}

function messages(request: ReplyRequest, role: Dialect['role']): Message[] {
  const instructions: Message[] = request.instructions === '' ? [] : [{ role, content: request.instructions }]
  return [...instructions, ...request.messages.map((message) => chatMessage(message, role))]
}

function chatMessage({ role, content }: PromptMessage, instructionRole: Dialect['role']): Message {
  switch (role) {
    case 'system':
      return { role: instructionRole, content: plainText(content) }
    case 'assistant':
      return { role: 'assistant', content: plainText(content) }
    case 'user':
      return { role: 'user', content: userContent(content) }
  }
}

/** A plain string where there are no pictures: servers without vision often know nothing else. */
function userContent(content: readonly PromptPart[]): string | Content[] {
  return content.some((part) => part.kind === 'image') ? content.map(contentPart) : plainText(content)
}

function contentPart(part: PromptPart): Content {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'audio':
      return { type: 'text', text: audioNote(part) }
    case 'image':
      return { type: 'image_url', image_url: { url: imageUrl(part.image) } }
  }
}

function responseFormat(format: ResponseFormat): NonNullable<Body['response_format']> {
  switch (format.kind) {
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json_object' }
    case 'json_schema':
      return {
        type: 'json_schema',
        json_schema: {
          name: format.name,
          schema: format.schema as Record<string, unknown>,
          strict: format.strict,
        },
      }
  }
}
