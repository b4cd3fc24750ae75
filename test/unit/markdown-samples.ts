import fc from 'fast-check'

/** Markdown as models write it, and worse. */
const word = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,12}[.,!?:]?$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '👩‍👩‍👧‍👦',
      '🇩🇪🇫🇷',
      'e\u0301\u0301',
      '\u202eabc\u202c',
      'שלום',
      '日本語。次の文',
      '`x|y`',
      '**bold**',
      '[a](https://example.org/b)',
      '\u200b',
      '<b>&',
    ),
  },
)
const words = fc.array(word, { minLength: 1, maxLength: 30 }).map((list) => list.join(' '))
const longWord = fc.integer({ min: 1, max: 600 }).map((length) => 'x'.repeat(length))

const paragraph = fc.array(fc.oneof({ weight: 8, arbitrary: words }, longWord), {
  minLength: 1,
  maxLength: 4,
})
const list = fc
  .tuple(fc.constantFrom('- ', '* ', '1. '), fc.array(words, { minLength: 1, maxLength: 6 }))
  .map(([mark, items]) => items.map((item) => mark + item))
const heading = words.map((text) => [`## ${text}`])
const codeLine = fc.oneof(
  fc.constantFrom('', '  return 1', '# not a heading', '- not an item', '| a | b |', '\tif (x) {', '`` ` ``'),
  fc.stringMatching(/^[a-z(){};= ]{0,80}$/),
  longWord,
)
const fence = fc
  .record({
    indent: fc.constantFrom('', '', '  ', '> '),
    marker: fc.constantFrom('```', '```', '````', '~~~'),
    info: fc.constantFrom('', 'ts', 'python', 'c++ title="x"'),
    lines: fc.array(codeLine, { maxLength: 12 }),
  })
  .map(({ indent, marker, info, lines }) =>
    [`${marker}${info}`, ...lines, marker].map((line) => (indent + line).trimEnd()),
  )
const table = fc
  .tuple(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 12 }))
  .map(([rows]) => [
    '| name | value |',
    '| --- | :-: |',
    ...rows.map(([a, b]) => `| ${a} | ${b} |`.replaceAll('x|y', 'xy')),
  ])

export const markdown = fc
  .array(fc.oneof(paragraph, list, heading, fence, fence, table), { minLength: 1, maxLength: 8 })
  .map((blocks) => blocks.map((lines) => lines.join('\n')).join('\n\n'))

/** Pieces of syntax in no order: unclosed, unopened, half. */
export const wreckage = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '```',
        '~~~~',
        '\n',
        '\n\n',
        '|',
        '---',
        '- ',
        '> ',
        '    ',
        '\t',
        '`',
        '\r\n',
        ' ',
        '#',
      ),
      fc.constantFrom('👨‍👩‍👧', '\ud800', '\udc00', '\u200d', '\u0301', '🇩🇪', '😀', '\u2028', '\0'),
      words,
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

export const measures: readonly { readonly name: string; measure(text: string): number }[] = [
  { name: 'UTF-16 units', measure: (text) => text.length },
  { name: 'code points', measure: (text) => [...text].length },
  { name: 'UTF-8 bytes', measure: (text) => Buffer.byteLength(text) },
  { name: 'escaped', measure: (text) => text.replace(/[&<>]/g, '&amp;').length },
]
