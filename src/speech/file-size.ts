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

/** `wanted`, or opus where that would hardly fit into a file of so many bytes. */
export function fittingFormat(wanted: SoundFormat, text: string, fileBytes: number): SoundFormat {
  const characters = Math.min(text.length, longestSpoken)
  return characters * bytesOf[wanted] <= fileBytes ? wanted : 'opus'
}
