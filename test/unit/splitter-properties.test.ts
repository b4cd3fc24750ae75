import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, type Ruler, split } from '../../src/reply/splitter.ts'
import { markdown, measures, wreckage } from './markdown-samples.ts'
import { strayText, unclosed } from './piece-oracles.ts'

const chars = (limit: number): Ruler => ({ limit, measure: (text) => text.length })

/** The full count is for `npm run test:fault`. */
const runs = (short: number): number => (process.env.PARLEY_FAULT === 'full' ? 10_000 : short)

describe('any text at any limit', () => {
  const rulers = fc.record({
    limit: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 40, max: 4000 })),
    by: fc.constantFrom(...measures),
  })

  it('joins again to the input, within the limit, without what was added', () => {
    fc.assert(
      fc.property(fc.oneof(markdown, wreckage), rulers, (text, { limit, by }) => {
        const pieces = split(text, { limit, measure: by.measure })
        expect(join(pieces)).toBe(text)
        for (const piece of pieces) {
          expect(strayText(piece)).toBe('')
          const widest = Math.max(0, ...[...piece.markdown].map((point) => by.measure(point)))
          expect(by.measure(piece.markdown)).toBeLessThanOrEqual(Math.max(limit, widest))
        }
      }),
      { numRuns: runs(600) },
    )
  })

  it('leaves no fence open, as another parser sees it', () => {
    const limits = fc.integer({ min: 80, max: 2000 })
    fc.assert(
      fc.property(markdown, limits, (text, limit) => {
        for (const piece of split(text, chars(limit))) expect(unclosed(piece.markdown)).toEqual([])
      }),
      { numRuns: runs(300) },
    )
  })

  it('never cuts a surrogate pair in two', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 2, max: 300 }), (text, limit) => {
        for (const piece of split(text, chars(limit))) expect(piece.source.isWellFormed()).toBe(true)
      }),
      { numRuns: runs(300) },
    )
  })

  it.each([
    ['one word', 'x'.repeat(100_000)],
    ['combining marks', `a${'\u0301'.repeat(100_000)}`],
    ['fence markers', '```\n'.repeat(25_000)],
    ['one long marker', '`'.repeat(100_000)],
    ['quotes and spaces', '> > - '.repeat(17_000)],
    ['blank lines', '\n'.repeat(100_000)],
    ['table pipes', '|-'.repeat(50_000)],
    ['rows', `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(16_000)}`],
    ['brackets', '['.repeat(100_000)],
    ['full stops', '. '.repeat(50_000)],
  ])('takes linear time over 100,000 characters of %s', (_, text) => {
    const began = performance.now()
    expect(join(split(text, chars(2000)))).toBe(text)
    expect(performance.now() - began).toBeLessThan(1500)
  })
})
