import { createHash } from 'node:crypto'
import type { Embedder } from '../../src/ports/model.ts'
import { stopIfAborted } from './aborted.ts'
import { MODEL } from './model.ts'
import { estimateTokens } from './tokens.ts'

const DIMENSIONS = 256

/** Vectors of length 1 by the words in a text: texts that share words lie near each other, meaning plays no part. */
export function rehearsalEmbedder(): Embedder {
  return {
    async embed(texts, _model, signal) {
      stopIfAborted(signal)
      return {
        vectors: texts.map(vectorOf),
        model: MODEL,
        usage: {
          inputTokens: texts.reduce((sum, text) => sum + estimateTokens(text), 0),
          cachedTokens: 0,
          outputTokens: 0,
          reasoningTokens: 0,
          exact: false,
        },
      }
    },
  }
}

function vectorOf(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const [place = 0, sign = 0] = createHash('sha256').update(word).digest()
    vector[place] = (vector[place] ?? 0) + (sign < 128 ? 1 : -1)
  }
  const length = Math.hypot(...vector)
  // Words that cancel out, or none at all: any fixed direction will do.
  return length === 0 ? vector.fill(1 / Math.sqrt(DIMENSIONS)) : vector.map((value) => value / length)
}
