import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmless, settledLength } from '../../adapters/slack/harmless.ts'
import { measure } from '../../adapters/slack/limits.ts'
import { mrkdwnOf } from '../../adapters/slack/mrkdwn.ts'

/** What Slack would act on, also where Markdown has taken a backslash away. */
const live = /<(?:[@#]|!(?:channel|here|everyone|group|subteam|date))/i
const isLive = (text: string): boolean => live.test(text.replaceAll('\\', ''))
const without = (text: string): string => text.replaceAll('\u200B', '')

const snippet = fc.constantFrom(
  '<@U123>',
  '<#C1|x>',
  '<!channel>',
  '<!HERE>',
  '<!everyone|all>',
  '<!subteam^S1>',
  '<@U_ann>',
  '<@alice>',
  '<!subteam^s.crew>',
  '<!date^1^{date}|x>',
  '<\\@U1>',
  '<!\\here>',
  '<',
  '<!',
  '!',
  '@',
  '<!DOCTYPE html>',
  'a < b',
  '\\',
  '😀',
  'text ',
  '`<@U1>`',
)
const text = fc.array(snippet, { maxLength: 12 }).map((parts) => parts.join(''))

describe('Text without live mentions', () => {
  it('mentions nobody, and says the same', () => {
    fc.assert(
      fc.property(text, (given) => {
        const sent = harmless(given)
        expect(isLive(sent)).toBe(false)
        expect(without(sent)).toBe(given)
      }),
      { numRuns: 2_000 },
    )
  })

  it('mentions nobody wherever a growing text is cut, and joined says the same', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(120), { maxLength: 20 }), (given, cuts) => {
        let sent = ''
        let done = 0
        for (const cut of [...cuts].sort((one, other) => one - other)) {
          const shown = given.slice(0, cut)
          const end = Math.max(done, settledLength(shown))
          sent += harmless(shown.slice(done, end))
          done = end
          expect(isLive(sent)).toBe(false)
          expect(sent.isWellFormed()).toBe(true)
        }
        sent += harmless(given.slice(done))
        expect(isLive(sent)).toBe(false)
        expect(without(sent)).toBe(given)
      }),
      { numRuns: 3_000 },
    )
  })

  it('holds back no more than what may become a mention', () => {
    expect(settledLength('if a <')).toBe(5)
    expect(settledLength('if a < b')).toBe(8)
    expect(settledLength('see <!chan')).toBe(4)
    expect(settledLength('see <!chandler')).toBe(14)
    expect(settledLength('<!DOC')).toBe(5)
  })

  it('leaves text alone that mentions nobody', () => {
    for (const same of ['<!DOCTYPE html>', '<!-- no -->', 'a <b> c', 'x < y', 'me@example.org #1'])
      expect(harmless(same)).toBe(same)
  })

  it('counts the bytes that go over the wire', () => {
    expect(measure('é')).toBe(2)
    expect(measure('<@U1>')).toBe(8)
  })

  it('makes no mention in the older language either', () => {
    fc.assert(
      fc.property(text, (given) => {
        const sent = mrkdwnOf(given)
        expect(isLive(sent)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
    expect(mrkdwnOf('[x](!here) [y](@U1) <!channel> ![i](<!here>)')).not.toMatch(/<[!@#]/)
  })

  it('says in the older language what Markdown says', () => {
    expect(
      mrkdwnOf(
        '# Title\n\nSome **bold**, _light_ and `a<b` [site](https://example.org/?a=1&b=2).\n\n- one\n  - deep\n- two\n\n```js\na < b\n```',
      ),
    ).toBe(
      '*Title*\n\nSome *bold*, _light_ and `a&lt;b` <https://example.org/?a=1&amp;b=2|site>.\n\n• one\n    • deep\n• two\n\n```\na &lt; b\n```',
    )
  })
})
