import fc from 'fast-check'
import type { Part } from '../../src/ports/platform.ts'
import type { World } from './delivery-world.ts'

export const words = (count: number, name = 'word'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index} `)
export const whole = (deltas: readonly string[]): string => deltas.join('').trim()
export const refused = (world: World): number =>
  world.platform.ledger.filter(({ result }) => result === 'refused').length

export const runs = (short: number, full = short * 20): number =>
  process.env.PARLEY_FAULT === 'full' ? full : short

/** Latencies and deltas as they fall, from fast-check's numbers. */
export const schedule = fc.record({
  latencies: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
  everyMs: fc.integer({ min: 0, max: 300 }),
  deltas: fc.array(fc.stringMatching(/^[a-z]{1,9}[ .\n]{1,2}$/), { minLength: 1, maxLength: 80 }),
})

export const cycle = (values: readonly number[]): (() => number) => {
  let turn = 0
  return () => values[turn++ % values.length] ?? 0
}

/** What the file of a text that overflowed says. */
export const fileText = (part: Part | undefined): string | undefined =>
  part?.file?.kind === 'text' ? part.file.text : undefined
