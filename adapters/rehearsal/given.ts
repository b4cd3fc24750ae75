import type { Parameters, PromptImage, PromptPart, ReplyRequest } from '../../src/ports/model.ts'
import { pending } from './pending.ts'

/** Longer first lines of instructions are cut. */
const LONGEST_LINE = 160

/** A list of everything in the request but the words themselves. */
export function given(request: ReplyRequest): string {
  const now = pending(request)
  const items = [
    `**Memory:** ${memory(request.messages.length - now.length)}`,
    ...now.flatMap(({ content }) => content.flatMap(attachment)),
    `**Settings:** ${settings(request)}`,
    ...instructions(request.instructions),
  ]
  return items.map((item) => `- ${item}`).join('\n')
}

function memory(count: number): string {
  if (count === 0) return 'nothing earlier'
  return count === 1 ? '1 earlier message' : `${count.toLocaleString('en')} earlier messages`
}

function attachment(part: PromptPart): string[] {
  switch (part.kind) {
    case 'text':
      return []
    case 'audio':
      return [`**Audio:** ${code(part.name)}, ${part.seconds.toFixed(1)} s, ${part.type}`]
    case 'image':
      return [`**Image:** ${image(part.image)}`]
  }
}

function image(picture: PromptImage): string {
  if (picture.kind === 'url') return code(picture.url)
  const { name, width, height, bytes, type } = picture
  return `${code(name)}, ${width} × ${height} pixels, ${size(bytes.length)}, ${type}`
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function settings({ model, parameters }: ReplyRequest): string {
  return [`model ${code(model)}`, ...chosen(parameters)].join(', ')
}

function chosen(parameters: Parameters): string[] {
  const { temperature, topP, maxTokens, frequencyPenalty, presencePenalty, stop, responseFormat } = parameters
  const named: readonly (readonly [string, string | number | undefined])[] = [
    ['temperature', temperature],
    ['top_p', topP],
    ['max_tokens', maxTokens],
    ['frequency_penalty', frequencyPenalty],
    ['presence_penalty', presencePenalty],
    // Spelt out, a stop sequence would end the answer here.
    ['stop', stop?.length ? `(${stop.length})` : undefined],
    ['response_format', responseFormat?.kind],
  ]
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
}

function instructions(text: string): string[] {
  const line = text.trim().split('\n')[0] ?? ''
  if (line === '') return []
  return [`**Instructions:** ${line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line}`]
}

/** As inline code; backticks inside would end it. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``
}
