import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { APIError } from 'openai/error'

/**
 * The events of a streamed answer as JSON, a list for each piece of the body that brought some: what arrived together
 * is handled together. (The SDK's own loop takes each event through several asynchronous steps, which is most of the
 * CPU time of an answer.) Ends after `[DONE]`, or when the body does. Throws an `APIError` for an error event, a
 * `SyntaxError` for what is no JSON, and what the body was torn with; the events before it come first.
 */
export async function* serverSentEvents<T>({ body, headers }: Response): AsyncGenerator<readonly T[]> {
  if (body === null) return
  const messages: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => messages.push(message) })
  const decoder = new TextDecoder()
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    const { events, over } = readAll<T>(messages.splice(0), headers)
    if (events.length > 0) yield events
    if (over?.error) throw over.error
    if (over) return
  }
  // Some servers leave out the empty line after the last event.
  parser.feed(`${decoder.decode()}\n\n`)
  const { events, over } = readAll<T>(messages.splice(0), headers)
  if (events.length > 0) yield events
  if (over?.error) throw over.error
}

interface Read<T> {
  readonly events: readonly T[]
  /** Nothing after it counts; with the error that ended it. */
  readonly over: { readonly error: Error | null } | null
}

function readAll<T>(messages: readonly EventSourceMessage[], headers: Headers): Read<T> {
  const events: T[] = []
  for (const { event, data } of messages) {
    if (data === '[DONE]') return { events, over: { error: null } }
    const json = parsed(data)
    if (json instanceof SyntaxError) return { events, over: { error: json } }
    const problem = event === 'error' ? (json?.error ?? json) : json?.error
    if (problem) return { events, over: { error: new APIError(undefined, problem, undefined, headers) } }
    events.push(json as T)
  }
  return { events, over: null }
}

/** The parser's own error quotes the answer. */
function parsed(data: string): (object & { error?: object }) | null | SyntaxError {
  try {
    return JSON.parse(data)
  } catch {
    return new SyntaxError('An event of the stream is no JSON')
  }
}
