import { power } from './cutting.ts'

/** Points of a voice message's waveform: fewer only where there are fewer steps. */
const POINTS = 256
/** Below this loudness (of 32,768) all is silence, and is not made to look loud. */
const SILENCE = 33

export interface Waveform {
  take(samples: Int16Array): void
  /** 0 to 255, the loudest 255. */
  points(): Uint8Array
}

/** Steps in which loudness is kept until the length is known: an hour has 720,000, and 1.3 seconds have a point each. */
const STEP_SECONDS = 0.005

export function createWaveform(rate: number): Waveform {
  const step = rate * STEP_SECONDS
  const powers: number[] = []
  let rest = new Int16Array(0)

  function take(samples: Int16Array): void {
    const whole = new Int16Array(rest.length + samples.length)
    whole.set(rest)
    whole.set(samples, rest.length)
    let at = 0
    for (; at + step <= whole.length; at += step) powers.push(power(whole.subarray(at, at + step)))
    rest = whole.slice(at)
  }

  function points(): Uint8Array {
    if (rest.length > 0) powers.push(power(rest))
    rest = new Int16Array(0)
    const count = Math.max(1, Math.min(POINTS, powers.length))
    const levels = Array.from({ length: count }, (_, point) => {
      const of = powers.slice(
        Math.floor((point * powers.length) / count),
        Math.floor(((point + 1) * powers.length) / count),
      )
      return Math.sqrt(of.reduce((sum, each) => sum + each, 0) / Math.max(1, of.length))
    })
    const loudest = levels.reduce((most, level) => Math.max(most, level), 0)
    if (loudest < SILENCE) return new Uint8Array(count)
    return Uint8Array.from(levels, (level) => Math.round((level / loudest) * 255))
  }

  return { take, points }
}
