import type { SoundFormat } from '../ports/media-tools.ts'

/** What a turn makes. Plain data: it is kept with the exchange, so that Regenerate makes the same again. */
export type Task =
  /** The model answers. */
  | { readonly kind: 'answer' }
  /** The text is read aloud. `format` null: the platform's own voice message, or what the channel's settings say. */
  | {
      readonly kind: 'speak'
      readonly text: string
      readonly format: SoundFormat | null
      readonly voice: string | null
    }
  /** What is said in the question's files. `language`: as the person wrote it; null = told by the model. `as`: a file of that kind; null = text, as long as it is short. */
  | {
      readonly kind: 'transcribe'
      readonly language: string | null
      readonly as: 'txt' | 'srt' | 'vtt' | null
    }
  /** A picture of the question's words, or its pictures changed by them. `size`: `1024x1024`, or `auto`; null = as configured. */
  | { readonly kind: 'paint'; readonly size: string | null }

export const answering: Task = { kind: 'answer' }

/** Whether the exchange is part of the conversation; the others are done and forgotten. */
export const isRemembered = ({ kind }: Task): boolean => kind === 'answer' || kind === 'paint'
