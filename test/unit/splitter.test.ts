import { describe, expect, it } from 'vitest'
import { type Ruler, split } from '../../src/reply/splitter.ts'
import { unclosed } from './piece-oracles.ts'

const chars = (limit: number): Ruler => ({ limit, measure: (text) => text.length })
const shown = (text: string, limit: number): string[] =>
  split(text, chars(limit)).map((piece) => piece.markdown)

describe('where a message ends', () => {
  it('leaves a text that fits as it is', () => {
    expect(shown('# Title\n\nwords', 100)).toEqual(['# Title\n\nwords'])
    expect(shown('', 100)).toEqual([])
  })

  it('cuts between paragraphs before it cuts within one', () => {
    expect(shown('One two three. Four.\n\nFive six seven eight nine.', 40)).toEqual([
      'One two three. Four.',
      'Five six seven eight nine.',
    ])
  })

  it('cuts between list items before it cuts between lines', () => {
    expect(shown('- one one one\n- two two two\n  two again\n- three three', 42)).toEqual([
      '- one one one\n- two two two\n  two again',
      '- three three',
    ])
  })

  it('cuts between sentences before it cuts between words', () => {
    expect(shown('The first one is short. The second one is longer.', 40)).toEqual([
      'The first one is short.',
      'The second one is longer.',
    ])
    expect(shown('这是第一句话。这是第二句话。', 10)).toEqual(['这是第一句话。', '这是第二句话。'])
  })

  it('cuts between words before it cuts within one', () => {
    expect(shown('aaaa bbbb cccc dddd', 11)).toEqual(['aaaa bbbb', 'cccc dddd'])
    expect(shown('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)])
  })

  it('keeps a long word whole where the next message holds it', () => {
    const url = `https://example.org/${'x'.repeat(60)}`
    expect(shown(`${'See the page that I mean: '.repeat(2)}${url}`, 100)[1]).toBe(url)
  })

  it('never cuts inside a grapheme that fits', () => {
    const family = '👩‍👩‍👧‍👦'
    for (const piece of shown(family.repeat(9), 25)) expect(piece.length % family.length).toBe(0)
    for (const piece of shown('🇩🇪'.repeat(300), 250)) expect(piece.length % 4).toBe(0)
  })

  it('cuts a cluster without end between code points', () => {
    const zalgo = `a${'\u0301'.repeat(50)}`
    expect(shown(zalgo, 20).every((piece) => piece.length <= 20)).toBe(true)
    const joined = Array.from({ length: 30 }, () => '👩').join('\u200d')
    for (const piece of shown(joined, 10)) expect(piece.isWellFormed()).toBe(true)
  })

  it('does not leave a heading behind at the end of a message', () => {
    const [first, second] = shown(
      `${'word '.repeat(12).trim()}\n\n## Next\n\n${'more '.repeat(12).trim()}`,
      90,
    )
    expect(first).not.toContain('Next')
    expect(second).toMatch(/^## Next/)
  })
})

describe('code fences across messages', () => {
  it('closes the fence and reopens it with its language', () => {
    const code = Array.from({ length: 8 }, (_, line) => `line${line}();`).join('\n')
    const pieces = shown(`\`\`\`ts\n${code}\n\`\`\``, 60)
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) {
      expect(piece.startsWith('```ts\n')).toBe(true)
      expect(piece.endsWith('\n```')).toBe(true)
    }
  })

  it('reopens with the same marker and keeps the indent of the code', () => {
    const [, second] = shown('~~~~py\nif x:\n    first(1234)\n    second(5678)\n    third(9)\n~~~~', 45)
    expect(second).toMatch(/^~~~~py\n {4}\w/)
  })

  it('shows no empty block when the cut falls right before the closing marker', () => {
    const text = `\`\`\`\n${'a'.repeat(20)}\n${'b'.repeat(20)}\n\`\`\`\n\nafter after after`
    for (let limit = 30; limit < 70; limit++)
      for (const piece of shown(text, limit)) expect(piece).not.toMatch(/```\s*```/)
  })

  it('is not misled by a fence shown inside a longer fence', () => {
    const pieces = shown('````md\n```js\nlet a = 1\n```\nand then some more words here\n````\nend', 40)
    expect(pieces.at(-1)).toContain('end')
    for (const piece of pieces) expect(unclosed(piece)).toEqual([])
  })

  it('goes on with a fence inside a list as code', () => {
    const [, second] = shown(
      `1. do\n   \`\`\`sh\n   echo one\n   echo two\n   echo three\n   \`\`\`\n2. done`,
      45,
    )
    expect(second).toMatch(/^ {3}```sh\n {3}echo/)
  })
})

describe('tables across messages', () => {
  const table = `| a | b |\n|---|---|\n${Array.from({ length: 6 }, (_, n) => `| ${n} | x |`).join('\n')}`

  it('moves a table that does not fit any more to the next message as a whole', () => {
    const pieces = shown(`Some words first.\n\n${table}`, table.length + 4)
    expect(pieces).toEqual(['Some words first.', table])
  })

  it('repeats the header where a table is longer than a message', () => {
    const pieces = shown(table, 50)
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(piece).toMatch(/^\| a \| b \|\n\|---\|---\|\n\| \d/)
  })

  it('does not repeat the header for the words after the table', () => {
    for (let limit = 40; limit < 120; limit++)
      for (const piece of shown(`${table}\n\nAnd that was the table.`, limit))
        if (piece.includes('---')) expect(piece).toMatch(/---\|\n\| \d/)
    expect(shown(`${table}\n\nAnd that was the table.`, table.length + 2).at(-1)).toBe(
      'And that was the table.',
    )
  })
})
