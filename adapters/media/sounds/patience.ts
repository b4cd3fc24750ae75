import { MediaError } from '../../../src/ports/failure.ts'

/** Milliseconds of counting how long a sound is; less than the job's own limit, which knows nothing of lengths. */
export const countingMs = 8_000

/** `seconds`: so many were counted until then. */
export function takesTooLong(seconds: number): MediaError {
  const minutes = Math.floor(seconds / 60)
  return new MediaError(
    'too_slow',
    minutes > 0
      ? `it is longer than ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, and takes too long to read; send a shorter part of it`
      : 'it takes too long to read: it may be damaged, or made to do harm',
  )
}
