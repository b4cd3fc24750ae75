import { expect, it } from 'vitest'
import { beginningOf, piecesOf, weightOf } from '../../src/speech/sentences.ts'
import { seededChance } from '../fakes/clock.ts'

const most = 4096
const squeezed = (text: string): string => text.replaceAll(/\s+/g, '')

const bits = [
  'Hello there. ',
  'Why? ',
  'wort ',
  '你好。',
  '今日は',
  '👩‍👩‍👧',
  '\n',
  '…',
  'é',
  'x'.repeat(300),
  'ال ',
]

it('keeps every piece within the limit and loses no word, whatever the text', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { random } = seededChance(seed)
    const length = Math.floor(random() * 4_000)
    const text = Array.from({ length }, () => bits[Math.floor(random() * bits.length)]).join('')
    const limit = seed % 2 === 0 ? most : 50
    const pieces = piecesOf(text, limit)
    expect(squeezed(pieces.join(''))).toBe(squeezed(text))
    for (const piece of pieces) {
      expect(weightOf(piece)).toBeLessThanOrEqual(limit)
      expect(piece.length).toBeLessThanOrEqual(limit)
      expect(piece.isWellFormed()).toBe(true)
      expect(piece.trim()).not.toBe('')
    }
  }
})

it('cuts at the ends of sentences, in pieces of about the same length', () => {
  const text = 'This is a sentence of some length, and it goes on. '.repeat(100)
  const pieces = piecesOf(text, most)
  expect(pieces).toHaveLength(2)
  for (const piece of pieces) expect(piece).toMatch(/^This.*on\.$/s)
  expect(Math.abs(pieces[0]!.length - pieces[1]!.length)).toBeLessThan(200)
})

it('cuts sentences of scripts without spaces, and half as long', () => {
  const pieces = piecesOf('今日はとても良い天気です。'.repeat(300), most)
  expect(pieces.every((piece) => piece.endsWith('。') && piece.length <= most / 2)).toBe(true)
})

it('cuts a sentence that is longer than all between its words', () => {
  expect(piecesOf('one, two, three, four', 10)).toEqual(['one, two,', 'three,', 'four'])
})

it('cuts a word that is longer than all between its characters', () => {
  expect(piecesOf('👍'.repeat(30), 40).every((piece) => /^(👍)+$/u.test(piece))).toBe(true)
})

it('cuts what is too long at a sentence', () => {
  expect(beginningOf('One two. Three four. Five six.', 22)).toBe('One two. Three four.')
  expect(beginningOf('short', 100)).toBe('short')
})
