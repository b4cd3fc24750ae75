import { stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts } from '../../../src/ports/media-tools.ts'
import { headOf } from './ends.ts'
import { type FfmpegInput, ffmpegSeconds, ffmpegSound, ffprobe, unreadWithoutFfmpeg } from './ffmpeg.ts'
import { countingMs, takesTooLong } from './patience.ts'

/** A sound that only ffmpeg can decode, told by its first bytes. */
export interface Foreign {
  readonly format: FfmpegInput
  readonly type: string
  /** For people: "An AMR recording". */
  readonly what: string
}

const known: readonly (readonly [pattern: RegExp, Foreign])[] = [
  [/^#!AMR/, { format: 'amr', type: 'audio/amr', what: 'an AMR recording' }],
  [/^FORM[\s\S]{4}AIF[FC]/, { format: 'aiff', type: 'audio/aiff', what: 'an AIFF sound' }],
  [
    /^\x30\x26\xb2\x75\x8e\x66\xcf\x11/,
    { format: 'asf', type: 'audio/x-ms-wma', what: 'a Windows Media file' },
  ],
  [/^RIFF[\s\S]{4}AVI /, { format: 'avi', type: 'video/vnd.avi', what: 'an AVI film' }],
  [/^RIFF[\s\S]{4}WAVE/, { format: 'wav', type: 'audio/wav', what: 'this kind of WAV file' }],
  [/^caff/, { format: 'caf', type: 'audio/x-caf', what: 'a CAF sound' }],
  [/^\.snd/, { format: 'au', type: 'audio/basic', what: 'an AU sound' }],
  [/^[\s\S]{4}ftypqt/, { format: 'mov', type: 'video/quicktime', what: 'the sound of this film' }],
  [
    /^[\s\S]{4}(ftyp|moov|mdat|wide|free)/,
    { format: 'mov', type: 'audio/mp4', what: 'the sound of this MP4 file' },
  ],
  [
    /^\x1a\x45\xdf\xa3/,
    { format: 'matroska', type: 'audio/x-matroska', what: 'the sound of this Matroska file' },
  ],
  [/^OggS/, { format: 'ogg', type: 'audio/ogg', what: 'this kind of Ogg file' }],
  [/^fLaC/, { format: 'flac', type: 'audio/flac', what: 'this FLAC sound' }],
  [/^ID3/, { format: 'mp3', type: 'audio/mpeg', what: 'this MP3 sound' }],
  [/^\xff[\xf0\xf1\xf8\xf9]/, { format: 'aac', type: 'audio/aac', what: 'this AAC sound' }],
  [/^\xff[\xe2-\xff]/, { format: 'mp3', type: 'audio/mpeg', what: 'this MP3 sound' }],
]

/** Rejects with `empty` or `broken` where it is no sound that anybody knows. */
export async function foreignOf(path: string): Promise<Foreign> {
  const head = (await headOf(path, 32)).toString('latin1')
  if (head.length === 0) throw new MediaError('empty', 'the file is empty')
  const found = known.find(([pattern]) => pattern.test(head))
  if (found === undefined) throw new MediaError('broken', 'these bytes are no sound that can be read')
  return found[1]
}

/** Its length is counted by decoding it: what its header claims, its sender may have written. */
export async function foreignFacts(path: string, foreign: Foreign): Promise<SoundFacts> {
  const looks = await foreignLooks(path, foreign)
  const { seconds, ended } = await ffmpegSeconds({ path, ...foreign }, countingMs)
  if (!ended) throw takesTooLong(seconds)
  if (seconds === 0) throw new MediaError('broken', 'there is no sound in it that can be read')
  return { ...looks, seconds }
}

/** Rejects where there is no sound in it, or no ffmpeg here. */
export async function foreignLooks(
  path: string,
  { format, type, what }: Foreign,
): Promise<Omit<SoundFacts, 'seconds'>> {
  const told = await ffprobe(path, format)
  if (told === null) throw unreadWithoutFfmpeg(what)
  const streams = read(told)
  const sound = streams.find((stream) => stream.codec_type === 'audio')
  const hasPictures = streams.some(
    (stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1,
  )
  if (sound === undefined)
    throw new MediaError(hasPictures ? 'unsupported' : 'broken', 'there is no sound in it')
  return {
    type: hasPictures ? type.replace(/^audio\/(mp4|x-matroska)$/, 'video/$1') : type,
    codec: sound.codec_name ?? 'unknown',
    channels: sound.channels ?? 1,
    rate: Number(sound.sample_rate ?? 0),
    size: (await stat(path)).size,
    hasPictures,
  }
}

interface Stream {
  readonly codec_type?: string
  readonly codec_name?: string
  readonly sample_rate?: string
  readonly channels?: number
  readonly disposition?: { readonly attached_pic?: number }
}

const read = (json: string): readonly Stream[] =>
  (JSON.parse(json) as { streams?: readonly Stream[] }).streams ?? []

/** Whatever it is, as one channel of 16 bits at 48 kHz, in a WAV file. */
export async function foreignToWav(path: string, { format, what }: Foreign, to: string): Promise<void> {
  await ffmpegSound({ path, format, what }, to, [
    '-ac',
    '1',
    '-ar',
    '48000',
    '-c:a',
    'pcm_s16le',
    '-f',
    'wav',
  ])
}
