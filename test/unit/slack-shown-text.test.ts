import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runs } from './delivery-samples.ts'
import { markdown } from './markdown-samples.ts'
import { shownLength } from './shown-text.ts'
import { type Faults, faultsOf, type ShownWorld, shownWorld } from './slack-shown-world.ts'

const AT_ONCE = 15

/** What Slack would make mentions and entities of. */
const live = fc.constantFrom('<@U1>', 'a<!channel>b', '<#C1|x>', '< <@', '&amp; & <b>', '\\<!here>', '<!sub')
const answers = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: markdown }, live), {
      minLength: 1,
      maxLength: 14,
      size: 'max',
    }),
    fc.integer({ min: 2_000, max: 40_000 }),
  )
  .map(([blocks, most]) =>
    blocks
      .join('\n\n')
      .slice(0, most)
      .toWellFormed()
      .replaceAll(/[\ufffd\u200b]/g, '')
      .trim(),
  )
  .filter((text) => /[a-z]/.test(text))

const answer = fc.record({
  text: answers,
  in: fc.constantFrom('dm' as const, 'channel' as const),
  /** Characters of a delta, and virtual ms between two. */
  length: fc.integer({ min: 150, max: 1_500 }),
  everyMs: fc.constantFrom(0, 60, 200),
})

const often = <T>(rare: readonly T[]) =>
  fc.array(fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, fc.constantFrom(...rare)), {
    minLength: 20,
    maxLength: 60,
  })
const faults: fc.Arbitrary<Faults> = fc.record(faultsOf(often))

let world: ShownWorld
beforeEach(async () => {
  world = await shownWorld()
})
afterEach(() => world.close())

it('any answer is shown as the model wrote it, once, whatever happens to streams and edits', async () => {
  const seen = { streamed: 0, edited: 0, several: 0, whole: 0 }
  const gaveUp: unknown[] = []
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: AT_ONCE, maxLength: AT_ONCE }),
      faults,
      async (all, given) => {
        world.trouble(given)
        const shown = await Promise.all(all.map((one) => world.show(one)))
        world.calm()
        for (const [index, { text }] of all.entries()) {
          const { delivered, messages } = shown[index] ?? { delivered: null, messages: [] }
          if (delivered?.kind !== 'shown') {
            gaveUp.push(delivered?.why)
            continue
          }
          seen.whole++
          expect(delivered.text).toBe(text)
          const texts = messages.map((message) => message.text)
          const [file] = messages.flatMap(({ files }) => files)
          if (file === undefined) expect(shownLength(texts, text), around(texts, text)).toBe(text.length)
          // Too many messages, for Slack took less and less in each: two are the file and what says so.
          else expect([file, shownLength(texts.slice(0, -2), text) > 0]).toEqual([text, true])
          expect(messages.filter(({ isStreaming }) => isStreaming)).toEqual([])
          for (const { streamed, grew, history } of messages) {
            if (streamed) seen.streamed++
            else if (history > 1) seen.edited++
            expect(grew).toBe(true)
          }
          if (messages.length > 1) seen.several++
        }
      },
    ),
    { numRuns: runs(4), endOnFailure: true },
  )
  world.expectNobodyRung()
  const answered = runs(4) * AT_ONCE
  // After five failures in a row.
  expect(gaveUp.length, JSON.stringify(gaveUp)).toBeLessThan(answered * 0.02)
  expect(Math.min(seen.streamed, seen.edited, seen.several)).toBeGreaterThan(answered * 0.05)
}, 600_000)

const around = (texts: readonly string[], text: string): string => {
  const at = shownLength(texts, text)
  return JSON.stringify({
    missing: text.slice(at - 100, at + 100),
    lengths: texts.map(({ length }) => length),
  })
}
