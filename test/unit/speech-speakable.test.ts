import { expect, it } from 'vitest'
import { speakable } from '../../src/speech/speakable.ts'

const samples: readonly (readonly [what: string, markdown: string, said: string])[] = [
  ['headings as sentences', '# The plan\n\nWe go.', 'The plan.\nWe go.'],
  ['emphasis as words', 'This is **very** *nice* and ~~ugly~~ new.', 'This is very nice and new.'],
  [
    'lists item by item',
    '- apples\n- pears!\n\n1. first\n2. second',
    'apples.\npears!\n1. first.\n2. second.',
  ],
  ['lists inside lists', '- fruit\n  - apples\n  - pears\n- nuts', 'fruit.\napples.\npears.\nnuts.'],
  [
    'code blocks as left out',
    'Look:\n\n```ts\nconst a = 1\n```\n\nDone.',
    'Look:\n(a code example in TypeScript is left out)\nDone.',
  ],
  ['unknown languages without their name', 'So:\n\n```x<y\n1\n```', 'So:\n(a code example is left out)'],
  ['code in a line plainly', 'Call `run()` now.', 'Call run() now.'],
  ['links by their words', 'Read [the manual](https://example.org/a?b=c).', 'Read the manual.'],
  [
    'bare addresses by their host',
    'See https://www.example.org/a/b?c=d#e for it.',
    'See example.org for it.',
  ],
  ['angle addresses by their host', 'See <https://example.org/x>.', 'See example.org.'],
  ['pictures by what they show', '![A cat asleep](https://example.org/cat.png) there', 'A cat asleep there'],
  [
    'tables row by row',
    '| Name | Age |\n|---|---|\n| Pia | 7 |\n| Ida | |',
    'Name: Pia, Age: 7.\nName: Ida.',
  ],
  ['no emoji', 'Well done 🎉👩‍👩‍👧 :tada: <:party:123456789> friend ❤️!', 'Well done friend!'],
  ['digits and signs', 'It is 10:30:45, #1 * 2 © 2026.', 'It is 10:30:45, #1 * 2 © 2026.'],
  ['no transcript above', '> 🎤 “What is it?”\n> and more\n\nIt is a cat.', 'It is a cat.'],
  ['other quotes', '> To be or not\n\nis a question.', 'To be or not\nis a question.'],
  ['none of our marks', 'Half a sent\n\n*— stopped*', 'Half a sent'],
  ['no footnotes', 'It rained[1] a lot.[^2] Indeed 【3†source】.', 'It rained a lot. Indeed.'],
  [
    'no sources in parentheses',
    'It rained ([weather.example.org](https://weather.example.org/x)). So.',
    'It rained. So.',
  ],
  ['HTML as its words', 'One<br>two <b>three</b> <!-- not this --> &amp; four', 'One\ntwo three & four'],
  ['no scripts', '<script>alert("x")</script>\n\nHello', 'Hello'],
  ['no rules', 'One\n\n---\n\nTwo', 'One\nTwo'],
  ['escapes', '2 \\* 3 is not \\_it\\_', '2 * 3 is not _it_'],
  ['other languages', '# 標題\n\n你好,世界。', '標題.\n你好,世界。'],
]

it.each(samples)('says %s', (_what, markdown, said) => {
  expect(speakable(markdown)).toBe(said)
})

it.each(['', '   \n', '🎉', '---', '```\ncode\n```', '![](https://example.org/x.png)', '***', '> 🎤 hello'])(
  'finds nothing to say in %j',
  (markdown) => expect(speakable(markdown)).toBe(''),
)

it.each([
  ['quotes', '>'.repeat(50_000)],
  ['lists', '- '.repeat(20_000)],
  ['stars', '*a '.repeat(40_000)],
  ['brackets', '['.repeat(50_000)],
  ['tags', '<'.repeat(100_000)],
  ['comments', '<!-- a '.repeat(20_000)],
  ['scripts', '<script '.repeat(20_000)],
  ['colons', ':a'.repeat(50_000)],
  ['hosts', '(a.b'.repeat(30_000)],
  ['links', '[a](b'.repeat(20_000)],
  ['lone surrogates', '\uD800'.repeat(100_000)],
  ['nul', '\0'.repeat(100_000)],
])('reads hostile %s within moments', { timeout: 3_000 }, (_what, markdown) => {
  expect(speakable(`Hello. ${markdown}`)).toMatch(/Hello/)
})
