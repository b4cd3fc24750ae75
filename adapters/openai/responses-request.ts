import type OpenAI from 'openai'
import type {
  HostedTool,
  PromptMessage,
  PromptPart,
  ReplyRequest,
  ResponseFormat,
} from '../../src/ports/model.ts'
import type { Dialect, Leavable } from './dialect.ts'
import { audioNote, imageUrl, plainText } from './prompt.ts'
import { SMALLEST_RESPONSES_LIMIT } from './wishes.ts'

type Body = OpenAI.Responses.ResponseCreateParamsStreaming
type Item = OpenAI.Responses.EasyInputMessage
type Content = OpenAI.Responses.ResponseInputContent

/** The request for `POST /responses`, without what the model has refused. `official`: OpenAI's own fields may go too. */
export function responsesBody(request: ReplyRequest, dialect: Dialect, official: boolean): Body {
  const { parameters, person, cacheKey } = request
  const may = (name: Leavable): boolean => !dialect.left.has(name)
  return {
    model: request.model,
    input: request.messages.map(item),
    stream: true,
    ...(request.instructions !== '' && { instructions: request.instructions }),
    ...(may('store') && { store: false }),
    ...(may('temperature') &&
      parameters.temperature !== undefined && { temperature: parameters.temperature }),
    ...(may('top_p') && parameters.topP !== undefined && { top_p: parameters.topP }),
    ...(may('max_tokens') &&
      parameters.maxTokens !== undefined && {
        max_output_tokens: Math.max(parameters.maxTokens, SMALLEST_RESPONSES_LIMIT),
      }),
    ...(may('response_format') &&
      parameters.responseFormat !== undefined && { text: { format: textFormat(parameters.responseFormat) } }),
    ...(may('tools') && request.tools?.length && toolsOf(request.tools, official)),
    ...(official && may('safety_identifier') && person !== undefined && { safety_identifier: person }),
    ...(official && may('prompt_cache_key') && cacheKey !== undefined && { prompt_cache_key: cacheKey }),
  }
}

/** Where OpenAI's own fields may go, calls of tools beyond a number are ignored. */
function toolsOf(tools: readonly HostedTool[], official: boolean): Pick<Body, 'tools' | 'max_tool_calls'> {
  const most = tools.reduce((sum, { most }) => sum + most, 0)
  return { tools: tools.map(tool), ...(official && { max_tool_calls: most }) }
}

function tool({ kind, model, partials }: HostedTool): OpenAI.Responses.Tool.ImageGeneration {
  return { type: kind, partial_images: partials, ...(model !== undefined && { model }) }
}

function item({ role, content }: PromptMessage): Item {
  switch (role) {
    case 'system':
      return { role: 'developer', content: plainText(content) }
    case 'assistant':
      return { role: 'assistant', content: plainText(content) }
    case 'user':
      return { role: 'user', content: content.map(inputPart) }
  }
}

function inputPart(part: PromptPart): Content {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'audio':
      return { type: 'input_text', text: audioNote(part) }
    case 'image':
      return { type: 'input_image', image_url: imageUrl(part.image), detail: 'auto' }
  }
}

function textFormat(format: ResponseFormat): OpenAI.Responses.ResponseFormatTextConfig {
  switch (format.kind) {
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json_object' }
    case 'json_schema':
      return {
        type: 'json_schema',
        name: format.name,
        schema: format.schema as Record<string, unknown>,
        strict: format.strict,
      }
  }
}
