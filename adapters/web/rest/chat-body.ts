import { z } from 'zod'
import type { DirectFile, DirectImage, DirectRequest } from '../../../src/conversation/direct-port.ts'
import { mediaLimits } from '../../../src/media/limits.ts'
import type { Parameters, ResponseFormat } from '../../../src/ports/model.ts'
import { plainFileName } from '../file-name.ts'
import { Problem } from '../problem.ts'
import { check, closed, text } from '../schema.ts'
import { bytesIn } from './data-url.ts'
import { imageOf } from './image-address.ts'

const role = z.enum(['system', 'user', 'assistant'])

const jsonSchema = closed({
  name: z.string().regex(/^[\w-]{1,64}$/, 'takes 1 to 64 letters, digits, _ or -'),
  schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().optional(),
  description: text().optional(),
})

const responseFormat = z.union([
  z.enum(['text', 'json_object']),
  z.discriminatedUnion('type', [
    closed({ type: z.literal('text') }),
    closed({ type: z.literal('json_object') }),
    closed({ type: z.literal('json_schema'), json_schema: jsonSchema }),
  ]),
])

/** Of a list of files: more are a mistake. */
const mostEntries = 200
/** Pictures by their https addresses. */
const mostLinks = 20

/** What POST /chat and /chat/stream take; the OpenAPI document is made from it. */
export const chatBody = closed({
  message: text().optional().describe('The question. May be left out when there are images or files.'),
  messages: z
    .array(closed({ role, content: text() }))
    .max(2000)
    .optional()
    .describe('What was said before, oldest first.'),
  model: z.string().min(1).max(200).optional().describe('One of GET /models; absent = the default.'),
  instructions: text().optional().describe('Replaces the default instructions.'),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(1).max(1_000_000).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  stop: z
    .union([z.string().min(1), z.array(z.string().min(1)).max(4)])
    .optional()
    .describe('Up to 4 texts at which the answer ends.'),
  response_format: responseFormat.optional(),
  images: z
    .array(z.string())
    .max(mostEntries)
    .optional()
    .describe(
      `https or data URLs. Read are ${mostLinks} of the former, and ${mediaLimits.files} of the latter, files included; the rest, and what is no picture, is named in \`warnings\`.`,
    ),
  web_search: z
    .boolean()
    .optional()
    .describe('Not available yet: answered without it, and `warnings` says so.'),
  files: z
    .array(closed({ name: text().min(1).max(255), data: z.string() }))
    .max(mostEntries)
    .optional()
    .describe(
      `\`data\` is a data URL: PDF, DOCX, text or code of any kind, a recording. ${mediaLimits.files} are read; the rest, and what can't be read, is named in \`warnings\`.`,
    ),
  thread: z
    .unknown()
    .refine((thread) => thread == null, 'is not available yet; send what was said before in "messages"')
    .optional()
    .meta({ type: 'null', description: 'Not available yet.' }),
})

export type ChatBody = z.output<typeof chatBody>

export interface Asked {
  readonly request: Omit<DirectRequest, 'turn' | 'spender'>
  /** What was left out, in words. */
  readonly warnings: readonly string[]
}

/** The question in the engine's terms; throws a `Problem` (400) in words. */
export function readChat(body: unknown): Asked {
  const chat = check(chatBody, body)
  const { message = '' } = chat
  const { images, warnings } = withoutBeyond((chat.images ?? []).map(imageOf))
  const files = (chat.files ?? []).map(fileOf)
  if (message.trim() === '' && images.length + files.length === 0)
    throw new Problem(400, 'message: is empty. Write what you want to ask.')
  return {
    request: {
      message,
      history: chat.messages ?? [],
      images: images satisfies DirectImage[],
      ...(files.length > 0 && { files }),
      parameters: parametersOf(chat),
      ...(chat.model !== undefined && { model: chat.model }),
      ...(chat.instructions !== undefined && { instructions: chat.instructions }),
    },
    warnings: [...leftOut(chat), ...warnings],
  }
}

/** Links beyond the number that is taken are named. */
function withoutBeyond(images: readonly DirectImage[]) {
  const links = images.flatMap(({ kind }, index) => (kind === 'url' ? [index] : []))
  const beyond = links.slice(mostLinks)
  return {
    images: images
      .map((image, index) => ({ ...image, index }))
      .filter(({ index }) => !beyond.includes(index)),
    warnings: beyond.map((index) => `images[${index}]: left out; at most ${mostLinks} links are taken.`),
  }
}

function fileOf({ name, data }: { name: string; data: string }, index: number): DirectFile {
  const { bytes } = bytesIn(data, (words) => new Problem(400, `files[${index}].data: ${words}`))
  return { name: plainFileName(name), bytes }
}

function parametersOf(chat: ChatBody): Parameters {
  const stop = typeof chat.stop === 'string' ? [chat.stop] : chat.stop
  return {
    ...(chat.temperature !== undefined && { temperature: chat.temperature }),
    ...(chat.top_p !== undefined && { topP: chat.top_p }),
    ...(chat.max_tokens !== undefined && { maxTokens: chat.max_tokens }),
    ...(chat.frequency_penalty !== undefined && { frequencyPenalty: chat.frequency_penalty }),
    ...(chat.presence_penalty !== undefined && { presencePenalty: chat.presence_penalty }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...(chat.response_format !== undefined && { responseFormat: formatOf(chat.response_format) }),
  }
}

function formatOf(format: NonNullable<ChatBody['response_format']>): ResponseFormat {
  if (typeof format === 'string') return { kind: format }
  if (format.type !== 'json_schema') return { kind: format.type }
  const { name, schema, strict } = format.json_schema
  return { kind: 'json_schema', name, schema, strict: strict ?? false }
}

function leftOut(chat: ChatBody): string[] {
  const warnings: string[] = []
  if (chat.web_search) warnings.push('web_search: not available yet; answered without searching the web')
  return warnings
}
