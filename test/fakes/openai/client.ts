import pino, { type Logger } from 'pino'
import type { Timeouts } from '../../../adapters/openai/connection.ts'
import { createOpenAi, type OpenAi } from '../../../adapters/openai/openai.ts'
import { systemClock } from '../../../adapters/system/clock.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { ModelEvent, Parameters, PromptPart, ReplyRequest } from '../../../src/ports/model.ts'

export type Api = 'responses' | 'chat'

/** The real adapter, through the real SDK, against a fake's address. */
export function openAiAt(
  url: string,
  api: Api,
  {
    key = 'sk-test',
    log = pino({ level: 'silent' }),
    timeouts = {},
    clock = systemClock(),
    viaProxy = false,
  }: {
    key?: string | null
    log?: Logger
    timeouts?: Partial<Timeouts>
    clock?: Clock
    viaProxy?: boolean
  } = {},
): OpenAi {
  return createOpenAi({ apiKey: key, baseUrl: url, api, log, clock, timeouts, viaProxy })
}

/** A request with one message of a person. */
export function asking(words: string, parameters: Parameters = {}, ...more: PromptPart[]): ReplyRequest {
  return {
    model: 'gpt-6-luna',
    instructions: '',
    messages: [{ role: 'user', content: [{ kind: 'text', text: words }, ...more] }],
    parameters,
  }
}

/** Everything that came, and what it failed with, if it did. */
export interface Heard {
  readonly events: readonly ModelEvent[]
  readonly text: string
  readonly error: unknown
}

export async function hear(
  openai: Pick<OpenAi, 'model'>,
  request: ReplyRequest,
  signal = new AbortController().signal,
): Promise<Heard> {
  const events: ModelEvent[] = []
  const heard = (error: unknown): Heard => ({
    events,
    text: events.map((event) => (event.kind === 'text' ? event.delta : '')).join(''),
    error,
  })
  try {
    for await (const event of openai.model.reply(request, signal)) events.push(event)
    return heard(null)
  } catch (error) {
    return heard(error)
  }
}
