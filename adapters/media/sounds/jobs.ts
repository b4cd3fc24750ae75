import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts, SoundFormat, SoundPiece, VoiceFacts } from '../../../src/ports/media-tools.ts'
import type { CutWish } from '../job.ts'
import { converted } from './converting.ts'
import { factsOf } from './facts.ts'
import { ffmpegVersion } from './ffmpeg.ts'
import { joined } from './joining.ts'
import { cut } from './pieces.ts'
import { voice } from './voice.ts'

// The jobs of `MediaTools` with sounds, as the child process does them: one at a time, and ended from outside.

export const sound = (path: string): Promise<SoundFacts> => readable(() => factsOf(path))

export const pieces = (path: string, wish: CutWish): Promise<SoundPiece[]> => readable(() => cut(path, wish))

export const join = (paths: readonly string[], format: SoundFormat, to: string): Promise<SoundFacts> =>
  readable(() => joined(paths, format, to))

export const voiceMessage = (path: string, to: string): Promise<VoiceFacts> => readable(() => voice(path, to))

export const convert = (path: string, format: SoundFormat, to: string): Promise<SoundFacts> =>
  readable(() => converted(path, format, to))

export const ffmpeg = (): Promise<string | null> => ffmpegVersion()

/** Errors of the disk are the tools' own; all else that goes wrong while reading comes from the bytes. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MediaError || (error instanceof Error && 'syscall' in error)) throw error
    throw new MediaError('broken', 'this sound can’t be read', error)
  }
}
