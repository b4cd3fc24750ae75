import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileText, runs } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'
import { markdown } from './markdown-samples.ts'
import { shownLength } from './shown-text.ts'

const LONGEST = 20_000
const MESSAGES = 5

const answers = fc
  .array(markdown, { minLength: 1, maxLength: 14, size: 'max' })
  .map((blocks) => blocks.join('\n\n').slice(0, LONGEST).toWellFormed().replaceAll('\ufffd', '').trim())

describe('any answer', () => {
  it.each([
    ['a platform that takes any number of messages', undefined],
    ['a platform that takes five', MESSAGES],
  ])(
    'is shown on %s as the model wrote it',
    async (_, most) => {
      let files = 0
      await fc.assert(
        fc.asyncProperty(answers, fc.integer({ min: 40, max: 900 }), async (text, length) => {
          const world = createWorld({ ...(most && { messagesPerAnswer: most }), latency: () => 5 })
          const delivery = world.answer('a')
          for (let at = 0; at < text.length; at += length * 4) {
            delivery.write(text.slice(at, at + length))
            delivery.write(text.slice(at + length, at + length * 4))
            await world.clock.advance(7)
          }
          const result = await world.clock.run(delivery.finish())
          expect([result.kind, result.text]).toEqual(['shown', text])
          const parts = world.platform.visible().map(({ part }) => part)
          const last = parts.at(-1)
          if (last?.file) {
            files++
            expect([parts.length, fileText(last)]).toEqual([MESSAGES, text])
            const seen = shownLength(
              parts.slice(0, -1).map((part) => part.markdown),
              text,
            )
            expect(seen).toBeGreaterThan(0)
          } else
            expect(
              shownLength(
                parts.map((part) => part.markdown),
                text,
              ),
            ).toBe(text.length)
        }),
        { numRuns: runs(200, 10_000), endOnFailure: true },
      )
      expect(files > 0).toBe(most !== undefined)
    },
    120_000,
  )
})

describe('the length of what is shown', () => {
  it.each([
    [['abc def', 'ghi'], 'abc def\n\nghi', true],
    [['```ts\na\n```', '```ts\nb\n```'], '```ts\na\nb\n```', true],
    [['abc def', 'hi'], 'abc def\n\nghi', false],
    [['abc def'], 'abc def\n\nghi', false],
    [['abc def', 'ghi!'], 'abc def\n\nghi', false],
  ])('tells whether %j shows %j', (messages, text, all) => {
    expect(shownLength(messages, text) === text.length).toBe(all)
  })
})
