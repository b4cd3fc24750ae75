import type { Config } from './config/config.ts'

/** Which model does what. */
export interface ModelNames {
  readonly chat: string
  readonly transcribe: string
  readonly speech: string
  readonly image: string
}

export function modelNames({ provider, openai }: Pick<Config, 'provider' | 'openai'>): ModelNames {
  if (provider === 'rehearsal') {
    return { chat: 'rehearsal', transcribe: 'rehearsal', speech: 'rehearsal', image: 'rehearsal' }
  }
  const { model, transcribeModel, speechModel, imageModel } = openai
  return { chat: model, transcribe: transcribeModel, speech: speechModel, image: imageModel }
}
