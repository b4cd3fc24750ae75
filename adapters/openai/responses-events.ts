import type OpenAI from 'openai'
import { excerpt } from './excerpt.ts'
import type { Finish, StreamedEvent } from './finish.ts'
import { brokenOff, type Problem } from './problem.ts'
import { usageOfResponse } from './usage.ts'

type StreamEvent = OpenAI.Responses.ResponseStreamEvent
type Response = OpenAI.Responses.Response

type Told = Exclude<StreamedEvent, { kind: 'finish' }>

/** What one event of the stream means. */
export type Step =
  | { readonly kind: 'event'; readonly event: Told }
  | { readonly kind: 'nothing' }
  /** An item begins that is no message: reasoning, a tool. */
  | { readonly kind: 'work' }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'finish'; readonly finish: Finish }
  | { readonly kind: 'failed'; readonly problem: Problem }

const NOTHING: Step = { kind: 'nothing' }
const WORK: Step = { kind: 'work' }

/** Not in the SDK's types: OpenAI sends it while a model thinks for long. */
const KEEPALIVE = 'keepalive'

/** Reads the events of one answer in order; remembers only whether the model refused and which pages it cited. */
export function responsesReader(): (event: StreamEvent) => Step {
  let refused = false
  const cited = new Set<string>()

  return (event) => {
    switch (event.type) {
      case 'response.output_text.delta':
        return tell({ kind: 'text', delta: event.delta })
      case 'response.refusal.delta':
        refused = true
        return tell({ kind: 'text', delta: event.delta })
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return tell({ kind: 'reasoning', delta: event.delta })
      case 'response.output_text.annotation.added':
        return citation(event.annotation, cited)
      case 'response.output_item.done':
        return finishedItem(event.item)
      case 'response.image_generation_call.partial_image':
        return image(event.item_id, event.partial_image_b64, event.output_format, true)
      case 'response.web_search_call.in_progress':
      case 'response.file_search_call.in_progress':
      case 'response.code_interpreter_call.in_progress':
      case 'response.image_generation_call.in_progress':
      case 'response.mcp_call.in_progress':
        return tell({ kind: 'tool', name: toolOf(event.type), state: 'running' })
      case 'response.web_search_call.completed':
      case 'response.file_search_call.completed':
      case 'response.code_interpreter_call.completed':
      case 'response.image_generation_call.completed':
      case 'response.mcp_call.completed':
      case 'response.mcp_call.failed':
        return tell({ kind: 'tool', name: toolOf(event.type), state: 'done' })
      case 'response.completed':
        return ended(event.response, refused ? 'refusal' : 'complete')
      case 'response.incomplete':
        return incomplete(event.response)
      case 'response.failed':
        return failed(event.response.error)
      case 'error':
        return failed(event)
      case 'response.output_item.added':
        return event.item.type === 'message' ? NOTHING : WORK
      // Known, and of no use here: the same again as a whole, bookkeeping, or steps within a tool.
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
      case 'response.content_part.added':
      case 'response.content_part.done':
      case 'response.output_text.done':
      case 'response.refusal.done':
      case 'response.reasoning_summary_part.added':
      case 'response.reasoning_summary_part.done':
      case 'response.reasoning_summary_text.done':
      case 'response.reasoning_text.done':
      case 'response.function_call_arguments.delta':
      case 'response.function_call_arguments.done':
      case 'response.custom_tool_call_input.delta':
      case 'response.custom_tool_call_input.done':
      case 'response.web_search_call.searching':
      case 'response.file_search_call.searching':
      case 'response.code_interpreter_call.interpreting':
      case 'response.code_interpreter_call_code.delta':
      case 'response.code_interpreter_call_code.done':
      case 'response.image_generation_call.generating':
      case 'response.mcp_call_arguments.delta':
      case 'response.mcp_call_arguments.done':
      case 'response.mcp_list_tools.in_progress':
      case 'response.mcp_list_tools.completed':
      case 'response.mcp_list_tools.failed':
      case 'response.shell_call_command.added':
      case 'response.shell_call_command.delta':
      case 'response.shell_call_command.done':
      case 'response.shell_call_output_content.delta':
      case 'response.shell_call_output_content.done':
      case 'response.compaction.compacting':
      // Never asked for: answers come as text.
      case 'response.audio.delta':
      case 'response.audio.done':
      case 'response.audio.transcript.delta':
      case 'response.audio.transcript.done':
        return NOTHING
      default:
        return unlisted(event)
    }
  }
}

/** `never`: an event that a new SDK adds to its types is a type error here until it is named above. */
function unlisted(event: never): Step {
  const { type } = event as { type: string }
  return type === KEEPALIVE ? NOTHING : { kind: 'unknown', type }
}

function tell(event: Told): Step {
  return { kind: 'event', event }
}

/** `response.web_search_call.in_progress` -> `web_search`. */
function toolOf(type: string): string {
  return /^response\.(\w+)_call\./.exec(type)?.[1] ?? type
}

function citation(annotation: unknown, cited: Set<string>): Step {
  if (typeof annotation !== 'object' || annotation === null) return NOTHING
  const { type, url, title } = annotation as { type?: unknown; url?: unknown; title?: unknown }
  if (type !== 'url_citation' || typeof url !== 'string' || cited.has(url)) return NOTHING
  cited.add(url)
  return tell({ kind: 'citation', url, title: typeof title === 'string' ? title : url })
}

function finishedItem(item: OpenAI.Responses.ResponseOutputItem): Step {
  if (item.type !== 'image_generation_call' || !item.result) return NOTHING
  return image(item.id, item.result, item.output_format, false)
}

function image(id: string, base64: string, format: string | null | undefined, partial: boolean): Step {
  return tell({ kind: 'image', id, base64, type: `image/${format ?? 'png'}`, partial })
}

function ended(response: Response, reason: Finish['reason']): Step {
  return { kind: 'finish', finish: { reason, model: response.model, usage: usageOfResponse(response.usage) } }
}

function incomplete(response: Response): Step {
  const reason = response.incomplete_details?.reason
  switch (reason) {
    case 'max_output_tokens':
    case 'max_messages':
      return ended(response, 'length')
    case 'content_filter':
      return ended(response, 'filter')
    // `steered`: another request took the answer over, which ours can't bring about. Or a reason not known yet.
    default:
      return { kind: 'failed', problem: brokenOff(reason) }
  }
}

function failed(error: { code?: string | null; message?: string; param?: string | null } | null): Step {
  return {
    kind: 'failed',
    problem: {
      status: null,
      code: error?.code ?? 'server_error',
      type: null,
      param: error?.param ?? null,
      message: excerpt(error?.message ?? 'The answer failed.'),
      requestId: null,
      retryAfterMs: null,
    },
  }
}
