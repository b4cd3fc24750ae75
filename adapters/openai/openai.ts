import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { Embedder, Model, Moderator, Painter, Speaker, Transcriber } from '../../src/ports/model.ts'
import { connect, defaultTimeouts, type Timeouts } from './connection.ts'
import { openAiEmbedder } from './embedder.ts'
import { endpointAt } from './endpoint.ts'
import { openAiModel } from './model.ts'
import { openAiModerator } from './moderator.ts'
import { openAiPainter } from './painter.ts'
import { openAiSpeaker } from './speaker.ts'
import { openAiTranscriber } from './transcriber.ts'

export interface OpenAiOptions {
  /** null: none is sent, as servers of one's own mostly want it. */
  readonly apiKey: string | null
  /** null: OpenAI. */
  readonly baseUrl: string | null
  /** `auto`: Responses at OpenAI, Chat Completions at another base URL. */
  readonly api: 'responses' | 'chat' | 'auto'
  readonly log: Logger
  readonly clock: Clock
  readonly timeouts?: Partial<Timeouts>
  /** A proxy is set for the process (`http.setGlobalProxyFromEnv`): all requests go by it. */
  readonly viaProxy?: boolean
}

export interface OpenAi {
  readonly model: Model
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly moderator: Moderator
  readonly embedder: Embedder
  readonly painter: Painter
}

/** OpenAI or a compatible server, by the official SDK. Connects to nothing until the first call. */
export function createOpenAi(options: OpenAiOptions): OpenAi {
  const endpoint = endpointAt(options.baseUrl, options.apiKey, options.clock)
  const timeouts = { ...defaultTimeouts(endpoint.official), ...options.timeouts }
  const log = options.log.child({ adapter: 'openai' })
  const connection = connect(endpoint, options.apiKey, timeouts, log, options.viaProxy)
  const automatic = endpoint.official ? 'responses' : 'chat'
  return {
    model: openAiModel(connection, options.api === 'auto' ? automatic : options.api),
    transcriber: openAiTranscriber(connection),
    speaker: openAiSpeaker(connection),
    moderator: openAiModerator(connection),
    embedder: openAiEmbedder(connection),
    painter: openAiPainter(connection),
  }
}
