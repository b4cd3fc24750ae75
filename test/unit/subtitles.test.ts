import { describe, expect, it } from 'vitest'
import { durationWords } from '../../src/media/duration.ts'
import { languageCode, languageName } from '../../src/media/language.ts'
import { asSrt, asVtt } from '../../src/media/subtitles.ts'
import { estimated, linesOf } from '../../src/media/transcript-lines.ts'

const lines = [
  { from: 0, to: 1.5, text: 'Good day.' },
  { from: 3_723.4566, to: 3_725, text: 'Is a < b --> c\n\n& d?' },
]

describe('subtitles', () => {
  it('are SubRip to the letter', () => {
    expect(asSrt(lines)).toBe(
      '1\n00:00:00,000 --> 00:00:01,500\nGood day.\n\n2\n01:02:03,457 --> 01:02:05,000\nIs a < b -> c\n& d?\n',
    )
  })

  it('are WebVTT to the letter, with nothing in them that is markup', () => {
    expect(asVtt(lines)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nGood day.\n\n01:02:03.457 --> 01:02:05.000\nIs a &lt; b -&gt; c\n&amp; d?\n',
    )
  })

  it('of silence are a file without lines', () => {
    expect([asSrt([]), asVtt([])]).toEqual(['', 'WEBVTT\n\n'])
  })
})

describe('the lines of a piece', () => {
  it("have the model's own times, moved to where the piece begins and kept within it", () => {
    const segments = [
      { from: 0.5, to: 2, text: ' One. ' },
      { from: 2, to: 2, text: ' ' },
      { from: 9, to: 99, text: 'Two.' },
    ]
    expect(linesOf({ text: 'One. Two.', segments }, { from: 60, seconds: 10 })).toEqual([
      { from: 60.5, to: 62, text: 'One.' },
      { from: 69, to: 70, text: 'Two.' },
    ])
  })

  it('are no longer than people can read at once where sentences are, and lose no word', () => {
    const clause = 'the tide comes in at noon and goes out again in the evening, '
    const text = `First, ${clause.repeat(6)}and that is all. Short. ${'word '.repeat(100)}`.trim()
    const lines = estimated(text, { from: 5, seconds: 60 })
    for (const { from, to, text } of lines) {
      expect(text.length).toBeLessThanOrEqual(84)
      expect(to - from).toBeLessThanOrEqual(7.2)
    }
    expect(lines.map(({ text }) => text).join(' ')).toBe(text)
    expect(lines[0]?.text.endsWith(',')).toBe(true)
    expect(lines.map(({ from }) => from).slice(1)).toEqual(lines.map(({ to }) => to).slice(0, -1))
    expect([lines[0]?.from, lines.at(-1)?.to]).toEqual([5, 65])
  })

  it.each([
    ['slow words', 'one two three four five six seven eight nine ten', 60],
    ['a script without spaces', '一二三四五六七八九十'.repeat(20), 50],
    ['one endless word', 'x'.repeat(500), 100],
    ['pictures of several characters', '👩‍👩‍👧‍👦'.repeat(40), 30],
    ['no time at all', 'Good day.', 0],
  ])('are whole with %s', (_, text, seconds) => {
    const lines = estimated(text, { from: 0, seconds })
    expect(lines.map(({ text }) => text).join(text.includes(' ') ? ' ' : '')).toBe(text)
    for (const { text } of lines) expect(text.isWellFormed() && text.length <= 84).toBe(true)
  })

  it('are sentences at one pace where it tells none', () => {
    expect(estimated('一つ。二つ。', { from: 10, seconds: 6 })).toEqual([
      { from: 10, to: 13, text: '一つ。' },
      { from: 13, to: 16, text: '二つ。' },
    ])
  })
})

it.each([
  ['de', 'de'],
  ['German', 'de'],
  [' deutsch ', 'de'],
  ['pt-BR', 'pt'],
  ['Chinese', 'zh'],
  ['klingon', null],
  ['', null],
])('the language %j is %j', (words, code) => {
  expect(languageCode(words)).toBe(code)
})

it('names a language, and leaves what is no code as it is', () => {
  expect([languageName('en'), languageName('x y')]).toEqual(['English', 'x y'])
})

it.each([
  [0.2, 'under 1 s'],
  [12.4, '12 s'],
  [185, '3 min 5 s'],
  [3_600, '1 h'],
  [4_805, '1 h 20 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words)
})
