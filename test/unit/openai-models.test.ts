import { expect, test } from 'vitest'
import { openAiAt } from '../fakes/openai/client.ts'
import { startOpenAiFake } from '../fakes/openai/openai-fake.ts'

const CHAT = [
  'gpt-6.1-terra',
  'gpt-6.1-sol',
  'gpt-6-luna',
  'gpt-6-astra',
  'gpt-5.3-codex',
  'gpt-5-mini-2025-08-07',
  'gpt-4.1',
  'gpt-4o-2024-08-06',
  'chatgpt-4o-latest',
  'o3-mini',
  'gpt-3.5-turbo',
  'ft:gpt-4.1-mini:acme:support:abc123',
  'meta-llama/Llama-3.3-70B-Instruct',
  'qwen3:8b',
  'mistral-small-latest',
  'gemma3:27b',
  'canada-7b',
]
const OTHERS = [
  'gpt-transcribe',
  'gpt-4o-transcribe-diarize',
  'gpt-4o-mini-transcribe',
  'whisper-1',
  'openai/whisper-large-v3',
  'tts-1-hd',
  'gpt-4o-mini-tts',
  'gpt-image-2.5-flare',
  'chatgpt-image-latest',
  'dall-e-3',
  'omni-moderation-latest',
  'text-moderation-007',
  'text-embedding-3-small',
  'nomic-embed-text:latest',
  'embeddinggemma',
  'gpt-realtime-mini',
  'gpt-4o-realtime-preview',
  'gpt-audio-mini',
  'gpt-4o-audio-preview',
  'sora-2-pro',
  'gpt-4o-search-index',
  'text-search-ada-doc-001',
  'babbage-002',
  'davinci-002',
  'gpt-3.5-turbo-instruct-0914',
]

async function listed(ids: readonly string[]): Promise<string[]> {
  const fake = await startOpenAiFake({ models: Object.fromEntries(ids.map((id) => [id, null])) })
  try {
    const models = await openAiAt(fake.url, 'chat').model.models(new AbortController().signal)
    return models.map(({ id }) => id)
  } finally {
    await fake.close()
  }
}

test('only models that can answer in a chat can be chosen', async () => {
  expect(await listed([...OTHERS, ...CHAT])).toEqual(CHAT)
})

test('a server whose every model has another name’s sound keeps them all', async () => {
  expect(await listed(['my-audio-chat', 'image-talker'])).toEqual(['my-audio-chat', 'image-talker'])
})
