import type OpenAI from 'openai'
import type { TranscribeRequest, Transcriber, Transcript, Usage } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import type { Connection } from './connection.ts'
import { leaveOutRefused } from './leave-out.ts'

type Answer = OpenAI.Audio.Transcription
/** A compatible server may name one language where OpenAI lists them. */
type WithLanguage = Answer & { readonly language?: unknown }

export function openAiTranscriber(connection: Connection): Transcriber {
  return {
    async transcribe(request, signal) {
      const { model } = request
      return callOnce(connection, model, signal, async (client, inner) => {
        const answer = await leaveOutRefused(hints(request), (fields) =>
          client.audio.transcriptions.create(
            { ...fields, file: file(request), model, response_format: 'json' },
            { signal: inner },
          ),
        )
        return transcriptOf(answer)
      })
    },
  }
}

function transcriptOf(answer: Answer): Transcript {
  if (typeof answer.text !== 'string') throw new TypeError('A transcription without a text')
  return { text: answer.text, language: languageOf(answer), usage: usageOf(answer) }
}

function hints({ language, vocabulary }: TranscribeRequest): { language?: string; prompt?: string } {
  return {
    ...(language !== undefined && { language }),
    ...(vocabulary !== undefined && { prompt: vocabulary }),
  }
}

function file({ bytes, name, type }: TranscribeRequest): File {
  // The copy is what TypeScript needs to know that the buffer is not shared.
  return new File([new Uint8Array(bytes)], name, { type })
}

function languageOf(answer: WithLanguage): string | null {
  return answer.languages?.[0]?.code ?? (typeof answer.language === 'string' ? answer.language : null)
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
