import type OpenAI from 'openai'
import type { ModerationInput, Moderator, Verdict } from '../../src/ports/model.ts'
import { callOnce } from './call.ts'
import type { Connection } from './connection.ts'
import { imageUrl } from './prompt.ts'

const MODEL = 'omni-moderation-latest'

type Content = OpenAI.ModerationMultiModalInput

export function openAiModerator(connection: Connection): Moderator {
  return {
    async moderate(inputs, signal) {
      const results = await callOnce(connection, MODEL, signal, async (client, inner) => {
        const found: OpenAI.Moderation[] = []
        for (const input of batches(inputs)) {
          const answer = await client.moderations.create({ model: MODEL, input }, { signal: inner })
          found.push(...answer.results)
        }
        return found
      })
      return worst(results)
    },
  }
}

/** All texts with the first picture, each further one alone: a call takes one picture. */
function batches(inputs: readonly ModerationInput[]): Content[][] {
  const content = inputs.map(contentOf)
  const texts = content.filter(({ type }) => type === 'text')
  const [first, ...others] = content.filter(({ type }) => type === 'image_url')
  const together = first === undefined ? texts : [...texts, first]
  return [together, ...others.map((image) => [image])].filter((batch) => batch.length > 0)
}

function contentOf(input: ModerationInput): Content {
  if (input.kind === 'text') return { type: 'text', text: input.text }
  const { bytes, type } = input
  return {
    type: 'image_url',
    image_url: { url: imageUrl({ kind: 'bytes', bytes, type, width: 0, height: 0, name: '' }) },
  }
}

function worst(results: readonly OpenAI.Moderation[]): Verdict {
  const scores: Record<string, number> = {}
  for (const { category_scores } of results) {
    for (const [category, score] of Object.entries(category_scores)) {
      scores[category] = Math.max(scores[category] ?? 0, score)
    }
  }
  return { flagged: results.some(({ flagged }) => flagged), scores }
}
