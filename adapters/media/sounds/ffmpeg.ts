import { spawn } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { MediaError } from '../../../src/ports/failure.ts'

/** ffmpeg where the operator has it: for what the libraries here can't decode. It is looked for once in a PATH. */
let found: { readonly folders: string; readonly program: Promise<string | null> } | null = null

function ffmpegProgram(): Promise<string | null> {
  const folders = process.env.PATH ?? ''
  if (found?.folders !== folders) found = { folders, program: find('ffmpeg') }
  return found.program
}

/** Its version, as it tells; null = none. */
export async function ffmpegVersion(): Promise<string | null> {
  const program = await ffmpegProgram()
  if (program === null) return null
  const { code, out } = await run(program, ['-hide_banner', '-version'])
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

/**
 * Writes the first sound of a file to `to`. `output`: codec and format, as ffmpeg's arguments. Rejects with `unsupported`
 * where there is no ffmpeg; `what` begins that sentence.
 */
export async function ffmpegSound(
  input: { path: string; format: FfmpegInput; what: string },
  to: string,
  output: readonly string[],
): Promise<void> {
  const program = await ffmpegProgram()
  if (program === null) throw needsFfmpeg(input.what)
  const { code, err } = await run(program, [
    '-nostdin',
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
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
    '-fs',
    String(MOST_BYTES),
    ...output,
    `file:${to}`,
  ])
  if (code === 0) return
  if (code === null) throw new MediaError('too_slow', 'it takes too long to read this sound')
  throw new MediaError('broken', 'this sound can’t be read', new Error(`ffmpeg ended with ${code}: ${err}`))
}

export const needsFfmpeg = (what: string): MediaError =>
  new MediaError(
    'unsupported',
    `${what} needs ffmpeg, which isn’t installed here. MP3, M4A, WAV, FLAC, OGG and WebM can be read without it`,
  )

/** What ffprobe tells, as JSON; null where there is none. */
export async function ffprobe(path: string, format: FfmpegInput): Promise<string | null> {
  const program = await find('ffprobe')
  if (program === null) return null
  const entries =
    'stream=codec_type,codec_name,sample_rate,channels:stream_disposition=attached_pic:format=duration'
  const { code, out, err } = await run(program, [
    '-hide_banner',
    '-loglevel',
    'error',
    ...reading({ path, format }),
    '-show_entries',
    entries,
    '-of',
    'json',
  ])
  if (code === 0) return out
  throw new MediaError('broken', 'this sound can’t be read', new Error(`ffprobe ended with ${code}: ${err}`))
}

/** Only the file itself is opened, whatever it names. */
const reading = ({ path, format }: { path: string; format: FfmpegInput }): string[] => [
  '-protocol_whitelist',
  'file',
  '-f',
  format,
  '-i',
  `file:${path}`,
]

async function find(name: string): Promise<string | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  // A relative folder would be one of wherever the program was started.
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, file)
    try {
      await access(path, constants.X_OK)
      if ((await stat(path)).isFile()) return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

const LIMIT_MS = 115_000
const OUTPUT_CHARS = 64 * 1024

interface Ended {
  /** null = it was killed. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  // Nothing of this process's environment but what a program needs to start.
  const { PATH, SystemRoot } = process.env
  const env = { ...(PATH !== undefined && { PATH }), ...(SystemRoot !== undefined && { SystemRoot }) }
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const kept = { out: '', err: '' }
  const keep = (name: 'out' | 'err') => (text: string) => {
    if (kept[name].length < OUTPUT_CHARS) kept[name] += text
  }
  child.stdout.setEncoding('utf8').on('data', keep('out'))
  child.stderr.setEncoding('utf8').on('data', keep('err'))
  child.once('error', (error) => reject(new MediaError('failed', 'ffmpeg could not be started', error)))
  child.once('close', (code) => resolve({ code, out: kept.out, err: kept.err.slice(0, 1000) }))
  return promise
}
