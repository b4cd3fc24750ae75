import { readFileSync } from 'node:fs'
import { countTokens as counted } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { readBytePairs } from '../../src/conversation/byte-pairs.ts'
import { countTokens } from '../../src/conversation/tokens.ts'

const lines = (...tokens: string[]): Uint8Array =>
  Buffer.from(tokens.map((token, rank) => `${Buffer.from(token).toString('base64')} ${rank}\n`).join(''))

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Numbers that look like chance and are the same each time. */
function* numbers(): Generator<number> {
  for (let seed = 20_261_120; ; ) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    yield seed / 2 ** 32
  }
}

describe('byte pairs', () => {
  it('merges the pair of the lowest rank first', () => {
    const { count } = readBytePairs(lines('a', 'b', 'c', 'bc', 'ab'))
    // "a" and "bc": the pair "ab" ranks behind it.
    expect(count('abc')).toBe(2)
    expect(count('abab')).toBe(2)
    expect(count('bc')).toBe(1)
    expect(count('')).toBe(0)
  })

  it.each([
    ['a rank is missing', 'YQ== 0\nYg== 2\n'],
    ['it is no base64', '<html> 0\n'],
    ['it is cut off', 'YQ== 0\nYg'],
  ])('refuses a list where %s', (_, list) => expect(() => readBytePairs(Buffer.from(list))).toThrow())

  it('refuses a piece that would take too long', () => {
    expect(() => readBytePairs(lines('a')).count('a'.repeat(40_000))).toThrow(RangeError)
  })

  it('counts as the package does: prose, code, and text of many scripts', async () => {
    const texts = [
      ...['CHANGELOG.md', 'src/conversation/byte-pairs.ts', 'package.json'].map(read),
      'Fußgängerübergänge, naïve cafés; Добрый день, мир! 你好，世界。こんにちは 안녕하세요 नमस्ते مرحبا שלום',
      '👩‍👩‍👧‍👦 🇩🇪 e\u0301 \u0000\u0007\u200b \r\n\r\n\t  x   \n',
      "I'LL don't WE'VE it's 1234567890 3.14159 https://example.com/a?b=c&d=%20 <|endoftext|>",
    ]
    for (const text of texts)
      expect(await countTokens(text)).toBe(counted(text, { disallowedSpecial: new Set() }))
  })

  it('knows the byte order mark, which the package takes apart', async () => {
    expect(await countTokens('\ufeff')).toBe(1)
  })

  it('counts as the package does: 2,000 words of any characters', async () => {
    const chance = numbers()
    const next = (most: number): number => Math.floor(chance.next().value * most)
    const ranges = [
      [0, 0x7f],
      [0x80, 0x24f],
      [0x370, 0x5ff],
      [0x3040, 0x9fff],
      [0x1f300, 0x1faff],
    ] as const
    for (let word = 0; word < 2_000; word++) {
      const [from, to] = ranges[next(ranges.length)] ?? [0, 0x7f]
      const text = Array.from({ length: 1 + next(12) }, () =>
        String.fromCodePoint(from + next(to - from)),
      ).join('')
      const expected = counted(text, { disallowedSpecial: new Set() })
      expect([text, await countTokens(text)]).toEqual([text, expected])
    }
  })
})
