import type { Config } from '../config/config.ts'
import { knownVoices } from '../speech/voices.ts'
import { type Finding, note, ok } from './finding.ts'

/** `ffmpeg`: its version; null = there is none. */
export function checkMedia(
  ffmpeg: string | null,
  config: Pick<Config, 'openai' | 'provider' | 'speech' | 'channels'>,
): readonly Finding[] {
  return [ffmpegThere(ffmpeg), ...strangeVoices(config)]
}

const ffmpegThere = (version: string | null): Finding =>
  version !== null
    ? ok('media', `ffmpeg ${version} is there: every common sound can be heard`)
    : note(
        'media',
        'No ffmpeg. Pictures, documents, voice notes and mp3, m4a, wav, flac, ogg and webm work without it; rarer sounds (amr, wma, aiff) and voice messages made of mp3 need it: apt install ffmpeg.',
      )

/** A server of one's own may have other voices, and in a rehearsal any will do. */
function strangeVoices({
  openai,
  provider,
  speech,
  channels,
}: Parameters<typeof checkMedia>[1]): readonly Finding[] {
  if (openai.baseUrl !== null || provider === 'rehearsal') return []
  const set = [
    ['speech: { voice }', speech.voice] as const,
    ...Object.entries(channels).map(
      ([id, { voice }]) => [`channels: { "${id}": { voice } }`, voice] as const,
    ),
  ]
  return set.flatMap(([where, voice]) =>
    voice === undefined || knownVoices.includes(voice)
      ? []
      : [note('media', `${where}: OpenAI has no voice "${voice}". It has ${knownVoices.join(', ')}.`)],
  )
}
