import type { ModelInfo } from '../../src/ports/model.ts'

/** Models that speak, hear, paint, judge, measure or complete, but don't chat. The lists name no abilities, only names. */
const OTHER_TRADES =
  /(^|[-_./:])(transcribe|whisper|tts|image|dall-e|moderation|embed|realtime|audio|sora|search-index|text-search|babbage|davinci|turbo-instruct)/i

/** Those that can be chosen for a conversation; all of them where no name would be left. */
export function chatModels(models: readonly ModelInfo[]): readonly ModelInfo[] {
  const chat = models.filter(({ id }) => !OTHER_TRADES.test(id))
  return chat.length === 0 ? models : chat
}
