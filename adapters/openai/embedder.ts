import type OpenAI from 'openai'
import type { Embedder, Embeddings } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import type { Connection } from './connection.ts'

export function openAiEmbedder(connection: Connection): Embedder {
  return {
    async embed(texts, model, signal) {
      const input = [...texts]
      return callOnce(connection, model, signal, async (client, inner) => {
        const body = { model, input, encoding_format: 'float' } as const
        return embeddingsOf(await client.embeddings.create(body, { signal: inner }), texts)
      })
    },
  }
}

function embeddingsOf(answer: OpenAI.CreateEmbeddingResponse, texts: readonly string[]): Embeddings {
  const inputTokens = answer.usage?.prompt_tokens
  return {
    vectors: answer.data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding),
    model: answer.model,
    usage: {
      inputTokens: inputTokens ?? Math.ceil(texts.join('').length / 4),
      cachedTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      exact: inputTokens !== undefined,
    },
  }
}
