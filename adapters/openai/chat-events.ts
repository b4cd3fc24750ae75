import type OpenAI from 'openai'
import type { Finish, StreamedEvent } from './finish.ts'
import { brokenOff, type Problem } from './problem.ts'
import { usageOfCompletion } from './usage.ts'

type Chunk = OpenAI.Chat.ChatCompletionChunk
type Delta = OpenAI.Chat.ChatCompletionChunk.Choice.Delta
type Told = Exclude<StreamedEvent, { kind: 'finish' }>

/** What compatible servers add to a delta: reasoning under two names (vLLM and llama.cpp; Ollama and OpenRouter), citations. */
interface Extras {
  readonly reasoning_content?: unknown
  readonly reasoning?: unknown
  readonly annotations?: unknown
}

/** Reads the chunks of one answer in order. */
export interface ChatReader {
  read(chunk: Chunk): readonly Told[]
  /** How it ended; null as long as no `finish_reason` came. */
  finish(): ChatEnding | null
}

export type ChatEnding =
  | { readonly kind: 'finish'; readonly finish: Finish }
  | { readonly kind: 'failed'; readonly problem: Problem }

export function chatReader(): ChatReader {
  let refused = false
  let reason: string | null = null
  let model = ''
  let usage: Finish['usage'] = null
  const cited = new Set<string>()

  return {
    read(chunk) {
      model = chunk.model || model
      usage = usageOfCompletion(chunk.usage) ?? usage
      // The usage chunk has no choices; some servers leave the field out.
      const choice = chunk.choices?.[0]
      if (!choice) return []
      reason = choice.finish_reason ?? reason
      if (choice.delta?.refusal) refused = true
      return eventsOf(choice.delta ?? {}, cited)
    },
    finish() {
      if (reason === null) return null
      const ended = reasonOf(reason, refused)
      if (ended === null) return { kind: 'failed', problem: brokenOff(reason) }
      return { kind: 'finish', finish: { reason: ended, model, usage } }
    },
  }
}

function eventsOf(delta: Delta & Extras, cited: Set<string>): readonly Told[] {
  const reasoning = delta.reasoning_content ?? delta.reasoning
  const events: Told[] = []
  if (typeof reasoning === 'string' && reasoning !== '') events.push({ kind: 'reasoning', delta: reasoning })
  if (delta.content) events.push({ kind: 'text', delta: delta.content })
  if (delta.refusal) events.push({ kind: 'text', delta: delta.refusal })
  return [...events, ...citations(delta.annotations, cited)]
}

function citations(annotations: unknown, cited: Set<string>): readonly Told[] {
  if (!Array.isArray(annotations)) return []
  return annotations.flatMap((annotation: { url_citation?: { url?: unknown; title?: unknown } } | null) => {
    const { url, title } = annotation?.url_citation ?? {}
    if (typeof url !== 'string' || cited.has(url)) return []
    cited.add(url)
    return [{ kind: 'citation' as const, url, title: typeof title === 'string' ? title : url }]
  })
}

/**
 * null: the server gave up. Besides OpenAI's names those of Mistral (`model_length`), vLLM and SGLang (`abort`),
 * OpenRouter (`error`) and DeepSeek (`insufficient_system_resource`). Any other name is some server's word for `stop`:
 * each answer has one, also where nothing went wrong.
 */
function reasonOf(finish: string, refused: boolean): Finish['reason'] | null {
  if (refused) return 'refusal'
  switch (finish) {
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length'
    case 'content_filter':
      return 'filter'
    case 'abort':
    case 'error':
    case 'insufficient_system_resource':
      return null
    default:
      return 'complete'
  }
}
