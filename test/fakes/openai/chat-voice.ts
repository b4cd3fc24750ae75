import type { EventStream } from './event-stream.ts'
import type { Voice } from './perform.ts'
import { fieldsOf, type Received } from './received.ts'
import type { Beat, Ending, WireUsage } from './script.ts'

/** The chunks of `POST /chat/completions`: usage only when it was asked for, `[DONE]` last. */
export function chatVoice(received: Received, stream: EventStream): Voice {
  const { model, stream_options } = fieldsOf(received)
  const wantsUsage = (stream_options as { include_usage?: boolean } | undefined)?.include_usage === true

  const chunk = (rest: object): void =>
    stream.send(
      JSON.stringify({
        id: `chatcmpl_${received.id}`,
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model,
        ...rest,
      }),
    )
  const delta = (content: object, finish: string | null = null): void =>
    chunk({ choices: [{ index: 0, delta: content, finish_reason: finish }] })

  return {
    begin: () => delta({ role: 'assistant', content: '' }),
    say(beat) {
      if (beat.kind === 'raw') return stream.send(JSON.stringify(beat.data))
      const content = deltaOf(beat)
      if (content !== null) delta(content)
    },
    end(ending, usage) {
      if (ending.kind === 'none') return
      if (ending.kind === 'failed' || ending.kind === 'error') {
        return stream.send(
          JSON.stringify({ error: { message: ending.message, code: ending.code, type: null } }),
        )
      }
      delta({}, finishOf(ending.kind))
      if (wantsUsage && usage !== null) chunk({ choices: [], usage: wireUsage(usage) })
      stream.send('[DONE]')
    },
  }
}

function deltaOf(beat: Exclude<Beat, { kind: 'wait' | 'pause' | 'raw' }>): object | null {
  switch (beat.kind) {
    case 'text':
      return { content: beat.text }
    case 'refusal':
      return { refusal: beat.text }
    case 'reasoning':
      return { reasoning_content: beat.text }
    case 'citation':
      return { annotations: [{ type: 'url_citation', url_citation: { url: beat.url, title: beat.title } }] }
    case 'function':
      return {
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: beat.name, arguments: beat.arguments },
          },
        ],
      }
    case 'tool':
    case 'image':
      return null
  }
}

function finishOf(kind: (Ending & { kind: 'complete' | 'length' | 'filter' })['kind']): string {
  switch (kind) {
    case 'complete':
      return 'stop'
    case 'length':
      return 'length'
    case 'filter':
      return 'content_filter'
  }
}

function wireUsage({ input, cached, output, reasoning }: WireUsage): object {
  return {
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens: output,
    completion_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
