import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, split } from '../../src/reply/splitter.ts'
import { createWriter, type Writer } from '../../src/reply/writer.ts'
import { markdown, measures, wreckage } from './markdown-samples.ts'

const chars = (limit: number) => createWriter({ limit, measure: (text) => text.length })

function parts(writer: Writer): string[] {
  return Array.from({ length: writer.count() }, (_, index) => writer.part(index))
}

/** Any text, cut into deltas anywhere, surrogate pairs included. */
const deltas = fc
  .tuple(fc.oneof(markdown, wreckage), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }))
  .map(([text, lengths]) => {
    const cut: string[] = []
    for (let at = 0, turn = 0; at < text.length; turn++) {
      const length = lengths[turn % lengths.length] ?? 1
      cut.push(text.slice(at, at + length))
      at += length
    }
    return cut
  })

describe('any text in any deltas', () => {
  const rulers = fc.record({ limit: fc.integer({ min: 8, max: 600 }), by: fc.constantFrom(...measures) })

  it('keeps the text, holds the limit at each moment and never changes a frozen message', () => {
    fc.assert(
      fc.property(deltas, rulers, (cut, { limit, by }) => {
        const writer = createWriter({ limit, measure: by.measure })
        const frozen: string[] = []
        for (const delta of cut) {
          writer.append(delta)
          const now = parts(writer)
          for (const part of now)
            if ([...part].length > 1) expect(by.measure(part)).toBeLessThanOrEqual(limit)
          for (const [index, part] of frozen.entries()) expect(writer.part(index)).toBe(part)
          while (frozen.length < writer.frozen()) frozen.push(writer.part(frozen.length))
        }
        writer.end()
        expect(writer.text()).toBe(cut.join('').replace(/[\ud800-\udbff]$/, ''))
      }),
      { numRuns: 300 },
    )
  })

  it('ends with messages that hold what the splitter would make of the whole text', () => {
    fc.assert(
      fc.property(deltas, fc.integer({ min: 60, max: 600 }), (cut, limit) => {
        const writer = chars(limit)
        for (const delta of cut) writer.append(delta)
        writer.end()
        const whole = split(cut.join('').replace(/[\ud800-\udbff]$/, ''), {
          limit,
          measure: (text) => text.length,
        })
        expect(writer.text()).toBe(join(whole))
        expect(Math.abs(writer.count() - whole.length)).toBeLessThanOrEqual(1 + whole.length / 2)
      }),
      { numRuns: 200 },
    )
  })

  it('measures no more for a delta when the answer is long', () => {
    let measured = 0
    const writer = createWriter({
      limit: 2000,
      measure: (text) => {
        measured += text.length
        return text.length
      },
    })
    const cost = (characters: number): number => {
      const before = measured
      for (let written = 0; written < characters; written += 10) {
        writer.append('some words')
        writer.count()
      }
      return measured - before
    }
    const early = cost(20_000)
    cost(100_000)
    expect(cost(20_000)).toBeLessThan(early * 1.3)
  })

  it('looks at no more than a few messages at once, even if nobody asks for a plan meanwhile', () => {
    let longest = 0
    const writer = createWriter({
      limit: 2000,
      measure: (text) => {
        longest = Math.max(longest, text.length)
        return text.length
      },
    })
    for (let written = 0; written < 200_000; written += 10) writer.append('some words')
    writer.end()
    expect(longest).toBeLessThan(10_000)
  })
})
