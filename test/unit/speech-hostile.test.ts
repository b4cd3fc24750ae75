import { expect, it } from 'vitest'
import { linksIn } from '../../src/media/image-links.ts'
import { speakable } from '../../src/speech/speakable.ts'

/** Milliseconds of the event loop; what took seconds to minutes is far beyond it, and a busy machine within. */
const patience = 2_000

const took = (work: () => unknown): number => {
  const started = performance.now()
  work()
  return performance.now() - started
}

it.each([
  [
    'a Java name in parentheses',
    'It fails in (com.enterprise.customer.relationship.management.integration.service.implementation.customerserviceimpl.handle()).',
  ],
  ['hosts that never end', `(${`${'a'.repeat(24)}.`.repeat(8)}!`],
  ['comments that never close', '<!--'.repeat(40_000)],
  ['scripts that never close', '<script>'.repeat(25_000)],
  ['emphasis that never closes', '_a'.repeat(90_000)],
  ['emphasis of two kinds', '*a_'.repeat(60_000)],
  ['emphasis in the cells of a table', `|a|\n|-|\n${`|${'*a_'.repeat(60)}|\n`.repeat(300)}`],
  ['quotes in quotes', '> '.repeat(60_000)],
  ['lists in lists', '1. '.repeat(60_000)],
])('%s hold up nobody else', (_name, text) => {
  expect(took(() => speakable(text))).toBeLessThan(patience)
})

it('a link that ends in signs holds up nobody else', () => {
  const text = `https://i.example.org/${')'.repeat(200_000)}x`
  expect(took(() => linksIn(text, ['i.example.org']))).toBeLessThan(patience)
})

it('hosts as sources are left out, with a comma between two', () => {
  expect(speakable('It rains (example.org, www.a.b.com).')).toBe('It rains.')
  expect(speakable('It fails in (java.lang.String.concat()).')).toContain('concat')
})

it('long paragraphs and large tables are read as they are', () => {
  const words = Array.from({ length: 900 }, (_, i) => `word${i}`).join(' ')
  expect(speakable(words).split(/\s+/)).toEqual(words.split(' '))
  const rows = Array.from({ length: 200 }, (_, i) => `| name ${i} | ${'value '.repeat(5)}|`).join('\n')
  expect(speakable(`| a | b |\n|---|---|\n${rows}`).match(/a: name/g)).toHaveLength(200)
})
