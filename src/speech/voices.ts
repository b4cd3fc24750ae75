import type { SoundFormat } from '../ports/media-tools.ts'

/** OpenAI's voices. A server of one's own may have others. */
export const knownVoices: readonly string[] = [
  'alloy',
  'ash',
  'ballad',
  'cedar',
  'coral',
  'echo',
  'fable',
  'marin',
  'nova',
  'onyx',
  'sage',
  'shimmer',
  'verse',
]

export const soundFormats: readonly SoundFormat[] = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']

export const isSoundFormat = (value: unknown): value is SoundFormat =>
  soundFormats.some((format) => format === value)

/** OpenAI's limits. */
export const slowest = 0.25
export const fastest = 4
