import type { Embedder } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import type { Connection } from './connection.ts'

export function openAiEmbedder(connection: Connection): Embedder {
  return {
    async embed(texts, model, signal) {
      const answer = await callOnce(connection, model, signal, (client, inner) =>
        client.embeddings.create({ model, input: [...texts], encoding_format: 'float' }, { signal: inner }),
      )
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
    },
  }
}
