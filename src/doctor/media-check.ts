import { type Finding, note, ok } from './finding.ts'

/** `ffmpeg`: its version line; null = there is none. */
export function checkMedia(ffmpeg: string | null): readonly Finding[] {
  if (ffmpeg !== null) return [ok('media', `${ffmpeg} is there: every common sound can be heard`)]
  return [
    note(
      'media',
      'No ffmpeg. Pictures, documents, voice notes and mp3, m4a, wav, flac, ogg and webm work without it; rarer sounds (amr, wma, aiff) and voice messages made of mp3 need it: apt install ffmpeg.',
    ),
  ]
}
