import type { SoundFormat } from '../ports/media-tools.ts'
import { longestSpoken } from './speaking.ts'

/**
 * Bytes for a character of text, generously: some 15 characters a second, in what OpenAI sends (mp3 of 160 kbit/s, plain
 * samples of 24 kHz and 16 bits).
 */
const bytesOf: Readonly<Record<SoundFormat, number>> = {
  mp3: 1_500,
  opus: 500,
  aac: 1_500,
  flac: 2_500,
  wav: 3_500,
  pcm: 3_500,
}

export interface SpokenText {
  readonly text: string
  /** 0.25 to 4; null = 1. */
  readonly speed: number | null
}

/** Bytes that it takes, generously. */
export function spokenBytes(format: SoundFormat, { text, speed }: SpokenText): number {
  const characters = Math.min(text.length, longestSpoken)
  // Not every model keeps to a speed above the usual.
  const slowness = 1 / Math.min(1, speed ?? 1)
  return Math.ceil(characters * slowness * bytesOf[format])
}

/** `wanted`, or opus where that would hardly fit into a file of so many bytes. */
export function fittingFormat(wanted: SoundFormat, text: SpokenText, fileBytes: number): SoundFormat {
  return spokenBytes(wanted, text) <= fileBytes ? wanted : 'opus'
}
