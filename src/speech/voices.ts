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

/** A colon or a space means that something else was meant: `always: on`. */
export const isVoiceName = (name: string): boolean => /^[^\s:]+$/.test(name)

export const voiceNameWords = `A voice's name is one word without a colon. OpenAI's are ${knownVoices.join(', ')}.`

export const soundFormats: readonly SoundFormat[] = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']

export const isSoundFormat = (value: unknown): value is SoundFormat =>
  soundFormats.some((format) => format === value)

/** OpenAI's limits. */
export const slowest = 0.25
export const fastest = 4
