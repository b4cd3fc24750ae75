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

describe('the text of an answer as messages', () => {
  it('shows the text as it comes', () => {
    const writer = chars(100)
    expect(parts(writer)).toEqual([])
    writer.append('Hello')
    expect(parts(writer)).toEqual(['Hello'])
    writer.append(' there')
    expect(parts(writer)).toEqual(['Hello there'])
  })

  it('shows nothing before there is a word', () => {
    const writer = chars(100)
    for (const delta of ['\n', '  ', '#', '# ', '**', '\u200b']) {
      writer.append(delta)
      expect(parts(writer)).toEqual([])
    }
    writer.append('A')
    expect(parts(writer)).toHaveLength(1)
  })

  it('holds back half a character until the other half has come', () => {
    const writer = chars(100)
    writer.append('a\ud83d')
    expect(parts(writer)).toEqual(['a'])
    writer.append('\ude00b')
    expect(parts(writer)).toEqual(['a😀b'])
  })

  it('shows an open fence closed, and holds back the marker and the block without a line', () => {
    const writer = chars(200)
    const steps: string[] = []
    for (const delta of ['So:\n\n', '``', '`ts', '\n', 'let a', ' = 1\n', '``', '`\n', 'end']) {
      writer.append(delta)
      steps.push(writer.part(0))
    }
    expect(steps).toEqual([
      'So:',
      'So:',
      'So:',
      'So:',
      'So:\n\n```ts\nlet a\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```\nend',
    ])
  })

  it('closes a fence that the model left open', () => {
    const writer = chars(200)
    writer.append('```\ncode')
    writer.end()
    expect(parts(writer)).toEqual(['```\ncode\n```'])
  })

  it('shows no message of blanks at the end', () => {
    const writer = chars(10)
    writer.append('0123456789\n\n   \n')
    expect(parts(writer)).toEqual(['0123456789'])
    writer.end()
    expect(parts(writer)).toEqual(['0123456789'])
  })
})

describe('the mark at the end', () => {
  it('stands below the text where it fits', () => {
    const writer = chars(40)
    writer.append('```\ncode')
    writer.end('*stopped*')
    expect(parts(writer)).toEqual(['```\ncode\n```\n\n*stopped*'])
  })

  it('becomes a message of its own where it does not fit', () => {
    const writer = chars(12)
    writer.append('0123456789')
    writer.end('*stopped*')
    expect(parts(writer)).toEqual(['0123456789', '*stopped*'])
  })

  it('is shown alone when there is no text', () => {
    const writer = chars(40)
    writer.append(' \n')
    writer.end('*nothing came*')
    expect(parts(writer)).toEqual(['*nothing came*'])
  })

  it('is split like text when it is longer than a message', () => {
    const writer = chars(10)
    writer.append('short')
    writer.end('one two three four')
    expect(parts(writer).every((part) => part.length <= 10)).toBe(true)
    expect(parts(writer).join(' ')).toBe('short one two three four')
  })
})

describe('planning again', () => {
  it('plans everything from a message on with a smaller limit', () => {
    const writer = chars(20)
    writer.append('aaaa bbbb cccc dddd eeee ffff gggg')
    writer.end('*m*')
    const before = parts(writer)
    writer.shrink(1, 10)
    expect(parts(writer)[0]).toBe(before[0])
    for (const part of parts(writer).slice(1)) expect(part.length).toBeLessThanOrEqual(10)
    expect(parts(writer).join(' ').split(/\s+/)).toEqual('aaaa bbbb cccc dddd eeee ffff gggg *m*'.split(' '))
  })

  it('ends a message that can be changed no more and goes on in the next one', () => {
    const writer = chars(100)
    writer.append('```js\nlet a = 1\n')
    writer.sever(0, writer.text().length, '*Look above.*')
    writer.append('let b = 2\n```\nend')
    writer.end()
    expect(parts(writer)).toEqual(['```js\nlet a = 1\n```', '*Look above.*\n\n```js\nlet b = 2\n```\nend'])
  })

  it('says so in a message of its own when nothing follows', () => {
    const writer = chars(100)
    writer.append('all of it')
    writer.end()
    writer.sever(0, 9, '*Look above.*')
    expect(parts(writer)).toEqual(['all of it', '*Look above.*'])
  })
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
})
