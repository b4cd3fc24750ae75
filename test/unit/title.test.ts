import { expect, it } from 'vitest'
import { hasSomethingToSee } from '../../src/conversation/plain-words.ts'
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

it.each([
  ['who is ||Snape kills Dumbledore||?', 'who is …?'],
  [`who is ||${'it '.repeat(2000)}||?`, 'who is …'],
  ['`a || b || c` in **bash**?', 'a || b || c in bash?'],
  ['why?\n```js\nlet a = 1\n```', 'why? let a = 1'],
  [
    '## see [my page](https://example.org/x) and <https://example.org>',
    'see my page and https://example.org',
  ],
  [
    '***very*** *odd **words*** ~~not~~ __here__ _now_ in snake_case_names',
    'very odd words not here now in snake_case_names',
  ],
  ['2 * 3 * 4 and a || b', '2 * 3 * 4 and a || b'],
  ['\u202egnp.exe\u202c\u2066 \u200bhi\u{e0041}\ufeff', 'gnp.exe hi'],
  ['\u200b\u2060\u3164 \u202e', 'Question'],
  ['👩‍👩‍👧‍👦 family', '👩‍👩‍👧‍👦 family'],
])('is plain where the question is not: %s', (text, title) => {
  expect(titleOf(text)).toBe(title)
})

it('is never cut within a character', () => {
  expect(titleOf('👩‍👩‍👧‍👦'.repeat(30))).toMatch(/^(👩‍👩‍👧‍👦)+…$/u)
  expect(titleOf('👩‍👩‍👧‍👦'.repeat(30)).length).toBeLessThanOrEqual(80)
  expect(titleOf(`${'e\u0301'.repeat(80)}`)).toMatch(/^(e\u0301)+…$/)
})

it('hides from the model’s title what a spoiler hides', () => {
  expect(cleanTitle('The end: ||he dies||\u202e of **it**')).toBe('The end: … of it')
  expect(cleanTitle('||he dies||')).toBeNull()
})

it('sees nothing in what is invisible', () => {
  for (const text of ['', ' \n', '\u200b', '\u2800\u3164\u00ad', '\u202e\ufe0f\u200d'])
    expect(hasSomethingToSee(text)).toBe(false)
  for (const text of ['?', 'a', '👍', '‮x']) expect(hasSomethingToSee(text)).toBe(true)
})
