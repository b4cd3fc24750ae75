import { expect, it } from 'vitest'
import { titleOf } from '../../src/conversation/title.ts'
import { cleanTitle } from '../../src/conversation/titling.ts'

it('takes the first line of the model’s words, without the marks around it', () => {
  expect(cleanTitle('\n "Tides and the moon."\nHope that helps!')).toBe('Tides and the moon')
  expect(cleanTitle('## **Gezeiten** `und` „Mond“')).toBe('Gezeiten und Mond')
})

it('leaves nothing in it that mentions anyone or turns the text', () => {
  expect(cleanTitle('@everyone <@123> <#4> <@&5> look\u202e here')).toBe('everyone look here')
  expect(cleanTitle('</ask:12> <a:wave:1> <:ok:2>')).toBeNull()
})

it('is none without a letter or a number', () => {
  for (const words of ['', '  \n ', '"…"', '***', '\u200b']) expect(cleanTitle(words)).toBeNull()
})

it('is cut at a word when it is too long', () => {
  const title = cleanTitle('tides '.repeat(30)) ?? ''
  expect(title.length).toBeLessThanOrEqual(60)
  expect(title).toMatch(/tides…$/)
})

it('is the question’s own first words until then', () => {
  expect(titleOf(' Why are\nthere tides? ')).toBe('Why are there tides?')
  expect(titleOf('')).toBe('Question')
})
