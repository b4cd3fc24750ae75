import type OpenAI from 'openai'
import type { TranscribeRequest, Transcriber, Transcript, Usage } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import type { Connection } from './connection.ts'
import { leaveOutRefused } from './leave-out.ts'

type Answer = OpenAI.Audio.Transcription
/** What some models and compatible servers add. */
interface More {
  /** One language where OpenAI's newer models list them. */
  readonly language?: unknown
  /** `verbose_json` only. */
  readonly segments?: unknown
}

export function openAiTranscriber(connection: Connection): Transcriber {
  return {
    async transcribe(request, signal) {
      const { model } = request
      return callOnce(connection, model, signal, async (client, inner) => {
        const answer = await leaveOutRefused(hints(request), (fields) =>
          client.audio.transcriptions.create(
            { response_format: 'json', ...fields, file: file(request), model },
            { signal: inner },
          ),
        )
        return transcriptOf(answer)
      })
    },
  }
}

function transcriptOf(answer: Answer & More): Transcript {
  if (typeof answer.text !== 'string') throw new TypeError('A transcription without a text')
  const segments = segmentsOf(answer)
  return {
    text: answer.text,
    language: languageOf(answer),
    usage: usageOf(answer),
    ...(segments !== null && { segments }),
  }
}

interface Hints {
  language?: string
  prompt?: string
  response_format?: 'verbose_json'
  chunking_strategy?: 'auto'
}

function hints({ model, language, vocabulary }: TranscribeRequest): Hints {
  return {
    ...(language !== undefined && { language }),
    ...(vocabulary !== undefined && { prompt: vocabulary }),
    // Without it, models that tell speakers apart take 30 seconds.
    ...(/\bdiarize\b/i.test(model) && { chunking_strategy: 'auto' }),
    // Whisper alone, wherever it is served, tells when something was said.
    ...(/\bwhisper\b/i.test(model) && { response_format: 'verbose_json' }),
  }
}

/** Refers to the sound where it lies: the request reads it as it is sent. */
const file = ({ sound, name, type }: TranscribeRequest): File => new File([sound], name, { type })

function languageOf(answer: Answer & More): string | null {
  return answer.languages?.[0]?.code ?? (typeof answer.language === 'string' ? answer.language : null)
}

function segmentsOf({ segments }: More): NonNullable<Transcript['segments']> | null {
  if (!Array.isArray(segments)) return null
  const told = segments.flatMap((segment: unknown) => {
    const { start, end, text } = (segment ?? {}) as Readonly<Record<string, unknown>>
    if (typeof start !== 'number' || typeof end !== 'number' || typeof text !== 'string') return []
    return [{ from: start, to: end, text }]
  })
  // Half of them would be half of the words.
  return told.length === segments.length && told.length > 0 ? told : null
}

/** Some models are billed by the second and report no tokens. */
function usageOf({ usage }: Answer): Usage | null {
  if (usage?.type !== 'tokens') return null
  return {
    inputTokens: usage.input_tokens,
    cachedTokens: 0,
    outputTokens: usage.output_tokens,
    reasoningTokens: 0,
    exact: true,
  }
}
