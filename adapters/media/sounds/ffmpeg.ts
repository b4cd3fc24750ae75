import { MediaError } from '../../../src/ports/failure.ts'
import { findProgram, runProgram } from './program.ts'

/** ffmpeg where the operator has it: for what the libraries here can't decode. It is looked for once in a PATH. */
let found: { readonly folders: string; readonly program: Promise<string | null> } | null = null

function ffmpegProgram(): Promise<string | null> {
  const folders = process.env.PATH ?? ''
  if (found?.folders !== folders) found = { folders, program: findProgram('ffmpeg') }
  return found.program
}

/** Its version, as it tells; null = none. */
export async function ffmpegVersion(): Promise<string | null> {
  const program = await ffmpegProgram()
  if (program === null) return null
  const { code, out } = await runProgram(program, ['-hide_banner', '-version'])
  if (code !== 0) return null
  return /^ffmpeg version (\S+)/.exec(out)?.[1] ?? 'unknown'
}

/** The input formats that strangers' bytes may be opened as: files with sound in them, and never lists of other files. */
export type FfmpegInput =
  | 'amr'
  | 'aiff'
  | 'asf'
  | 'avi'
  | 'caf'
  | 'au'
  | 'mov'
  | 'matroska'
  | 'ogg'
  | 'wav'
  | 'mp3'
  | 'flac'
  | 'aac'

/** Bytes that ffmpeg may write: six hours of what we have it write. */
const MOST_BYTES = 2 ** 31
/** Seconds of a processor: should its parent die, it ends by itself. */
const PROCESSOR_SECONDS = 120
/** Bytes that it may ask for at once: twenty kilobytes of a file can claim a table of two gigabytes. */
const MOST_AT_ONCE = 64 * 1024 * 1024

/** How both programs begin. */
const quietly = ['-hide_banner', '-loglevel', 'error', '-max_alloc', String(MOST_AT_ONCE)] as const

export interface FfmpegSound {
  readonly path: string
  readonly format: FfmpegInput
  /** Names it in the sentence that says that there is no ffmpeg. */
  readonly what: string
}

/**
 * Writes the first sound of a file to `to`. `output`: codec and format, as ffmpeg's arguments. Rejects with `unsupported`
 * where there is no ffmpeg.
 */
export async function ffmpegSound(input: FfmpegSound, to: string, output: readonly string[]): Promise<void> {
  const program = await ffmpegProgram()
  if (program === null) throw needsFfmpeg(`converting ${input.what}`)
  const limits = ['-fs', String(MOST_BYTES)]
  const { code, err } = await runProgram(program, [...firstSound(input), ...limits, ...output, `file:${to}`])
  if (code === 0) return
  if (code === null) throw new MediaError('too_slow', 'it takes too long to read this sound')
  throw unreadable('ffmpeg', code, err)
}

/** Hz: a byte is a sample, and two hours of them are 58 MB. */
const COUNTED_RATE = 8000

/**
 * How long the first sound of a file is once it is decoded: no header and no timestamp counts. `ended`: whether it was
 * counted to its end within `limit` milliseconds.
 */
export async function ffmpegSeconds(
  input: FfmpegSound,
  limit: number,
): Promise<{ readonly seconds: number; readonly ended: boolean }> {
  const program = await ffmpegProgram()
  if (program === null) throw unreadWithoutFfmpeg(input.what)
  let bytes = 0
  const take = (more: Uint8Array): void => {
    bytes += more.length
  }
  const counted = ['-ac', '1', '-ar', String(COUNTED_RATE), '-c:a', 'pcm_u8', '-f', 'u8', 'pipe:1']
  const { code, err } = await runProgram(program, [...firstSound(input), ...counted], { limit, take })
  if (code !== null && code !== 0) throw unreadable('ffmpeg', code, err)
  return { seconds: bytes / COUNTED_RATE, ended: code === 0 }
}

const firstSound = (input: FfmpegSound): string[] => [
  '-nostdin',
  '-y',
  ...quietly,
  '-timelimit',
  String(PROCESSOR_SECONDS),
  '-threads',
  '1',
  ...reading(input),
  '-map',
  '0:a:0',
  '-map_metadata',
  '-1',
  '-threads',
  '1',
]

const unreadable = (program: string, code: number | null, err: string): MediaError =>
  new MediaError('broken', 'this sound can’t be read', new Error(`${program} ended with ${code}: ${err}`))

const needsFfmpeg = (what: string, more = ''): MediaError =>
  new MediaError('unsupported', `${what} needs ffmpeg, which isn’t installed here${more}`)

export const unreadWithoutFfmpeg = (what: string): MediaError =>
  needsFfmpeg(what, '. Most MP3, M4A, AAC, WAV, FLAC, OGG and WebM files can be read without it')

/** What ffprobe tells, as JSON; null where there is none. */
export async function ffprobe(path: string, format: FfmpegInput): Promise<string | null> {
  const program = await findProgram('ffprobe')
  if (program === null) return null
  const entries = 'stream=codec_type,codec_name,sample_rate,channels:stream_disposition=attached_pic'
  const { code, out, err } = await runProgram(program, [
    ...quietly,
    ...reading({ path, format }),
    '-show_entries',
    entries,
    '-of',
    'json',
  ])
  if (code === 0) return out
  throw unreadable('ffprobe', code, err)
}

/** Only the file itself is opened, whatever it names. */
const reading = ({ path, format }: Pick<FfmpegSound, 'path' | 'format'>): string[] => [
  '-protocol_whitelist',
  'file',
  '-f',
  format,
  '-i',
  `file:${path}`,
]
