import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { Bounds, MediaTools } from '../../src/ports/media-tools.ts'
import type { Job, JobResults } from './job.ts'
import { createPool } from './pool.ts'

export interface MediaToolsOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Of one job, instead of what its kind gets (`boundsOf`). */
  readonly bounds?: Partial<Bounds>
}

export function createMediaTools({ clock, log, bounds }: MediaToolsOptions): MediaTools {
  const pool = createPool({
    clock,
    log,
    program: new URL('./worker.ts', import.meta.url),
    bounds,
  })
  let ffmpeg: Promise<string | null> | null = null

  return toolsFor(undefined)

  function toolsFor(whose: string | undefined): MediaTools {
    const run = <K extends Job['kind']>(
      job: Extract<Job, { kind: K }>,
      signal: AbortSignal,
    ): Promise<JobResults[K]> => pool.run(job, signal, whose) as Promise<JobResults[K]>

    return {
      for: toolsFor,
      picture: (path, wish, signal) => run({ kind: 'picture', path, wish }, signal),
      document: (path, wish, signal) => run({ kind: 'document', path, wish }, signal),
      sound: (path, signal) => run({ kind: 'sound', path }, signal),
      pieces: (path, { path: inFolder, most, longest }, signal) =>
        run({ kind: 'pieces', path, wish: { stem: inFolder(''), most, longest } }, signal),
      join: (paths, format, to, signal) => run({ kind: 'join', paths, format, to }, signal),
      voiceMessage: (path, to, signal) => run({ kind: 'voiceMessage', path, to }, signal),
      convert: (path, format, to, signal) => run({ kind: 'convert', path, format, to }, signal),
      ffmpeg() {
        ffmpeg ??= run({ kind: 'ffmpeg' }, never).catch((error: unknown) => {
          // Asked again next time: the process failed, not the search.
          ffmpeg = null
          throw error
        })
        return ffmpeg
      },
      close: () => pool.close(),
    }
  }
}

const never = new AbortController().signal
