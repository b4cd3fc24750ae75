import type { EventStream } from './event-stream.ts'
import type { Voice } from './perform.ts'
import { fieldsOf, type Received } from './received.ts'
import type { Beat, Ending, WireUsage } from './script.ts'

type Event = { readonly type: string } & Readonly<Record<string, unknown>>

/** The events of `POST /responses`, numbered, with the items opened and closed around the deltas. */
export function responsesVoice(received: Received, stream: EventStream): Voice {
  const { model } = fieldsOf(received)
  let sequence = 0
  let said = ''
  let item: 'message' | 'reasoning' | null = null
  let items = 0

  const emit = (event: Event): void => {
    stream.send(JSON.stringify({ ...event, sequence_number: sequence++ }), event.type)
  }
  const where = (): Record<string, unknown> => ({
    item_id: `item_${items}`,
    output_index: items - 1,
    content_index: 0,
  })
  const open = (kind: 'message' | 'reasoning'): void => {
    if (item === kind) return
    close()
    item = kind
    items++
    emit({
      type: 'response.output_item.added',
      output_index: items - 1,
      item: { id: `item_${items}`, type: kind },
    })
    if (kind === 'message') {
      emit({
        type: 'response.content_part.added',
        ...where(),
        part: { type: 'output_text', text: '', annotations: [] },
      })
    }
  }
  const close = (): void => {
    if (item === null) return
    if (item === 'message') emit({ type: 'response.output_text.done', ...where(), text: said })
    emit({
      type: 'response.output_item.done',
      output_index: items - 1,
      item: { id: `item_${items}`, type: item },
    })
    item = null
  }
  const response = (status: string, rest: object = {}): object => ({
    id: `resp_${received.id}`,
    object: 'response',
    created_at: 1_790_000_000,
    model,
    status,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
    ...rest,
  })

  return {
    begin() {
      emit({ type: 'response.created', response: response('in_progress') })
      emit({ type: 'response.in_progress', response: response('in_progress') })
    },
    say(beat) {
      if (beat.kind === 'raw') return emit(beat.data as Event)
      if (beat.kind === 'text' || beat.kind === 'refusal' || beat.kind === 'citation') open('message')
      if (beat.kind === 'reasoning') open('reasoning')
      if (beat.kind === 'text') said += beat.text
      for (const event of eventsOf(beat, where(), items)) emit(event)
    },
    end(ending, usage) {
      if (ending.kind !== 'none') close()
      const last = terminal(ending, usage, response)
      if (last !== null) emit(last)
    },
  }
}

function eventsOf(
  beat: Exclude<Beat, { kind: 'wait' | 'pause' | 'raw' }>,
  where: Record<string, unknown>,
  items: number,
): Event[] {
  switch (beat.kind) {
    case 'text':
      return [{ type: 'response.output_text.delta', ...where, delta: beat.text, logprobs: [] }]
    case 'refusal':
      return [{ type: 'response.refusal.delta', ...where, delta: beat.text }]
    case 'reasoning':
      return [{ type: 'response.reasoning_summary_text.delta', ...where, summary_index: 0, delta: beat.text }]
    case 'citation': {
      const annotation = {
        type: 'url_citation',
        url: beat.url,
        title: beat.title,
        start_index: 0,
        end_index: 1,
      }
      return [{ type: 'response.output_text.annotation.added', ...where, annotation_index: 0, annotation }]
    }
    case 'tool':
      return ['in_progress', 'searching', 'completed'].map((state) => ({
        type: `response.${beat.name}_call.${state}`,
        ...where,
      }))
    case 'function':
      return [
        { type: 'response.function_call_arguments.delta', ...where, delta: beat.arguments },
        {
          type: 'response.function_call_arguments.done',
          ...where,
          name: beat.name,
          arguments: beat.arguments,
        },
      ]
    case 'image':
      return beat.partial
        ? [
            {
              type: 'response.image_generation_call.partial_image',
              ...where,
              item_id: `ig_${items}`,
              output_format: 'png',
              partial_image_b64: beat.base64,
              partial_image_index: 0,
            },
          ]
        : [
            {
              type: 'response.output_item.done',
              output_index: items,
              item: {
                id: `ig_${items}`,
                type: 'image_generation_call',
                status: 'completed',
                output_format: 'png',
                result: beat.base64,
              },
            },
          ]
  }
}

function terminal(
  ending: Ending,
  usage: WireUsage | null,
  response: (status: string, rest?: object) => object,
): Event | null {
  const counts = usage === null ? null : wireUsage(usage)
  switch (ending.kind) {
    case 'complete':
      return { type: 'response.completed', response: response('completed', { usage: counts }) }
    case 'length':
    case 'filter': {
      const reason = ending.kind === 'length' ? 'max_output_tokens' : 'content_filter'
      return {
        type: 'response.incomplete',
        response: response('incomplete', { usage: counts, incomplete_details: { reason } }),
      }
    }
    case 'failed': {
      const error = { code: ending.code, message: ending.message }
      return { type: 'response.failed', response: response('failed', { error }) }
    }
    case 'error':
      return { type: 'error', code: ending.code, message: ending.message, param: null }
    case 'none':
      return null
  }
}

function wireUsage({ input, cached, output, reasoning }: WireUsage): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
