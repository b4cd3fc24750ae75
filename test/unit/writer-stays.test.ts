import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWriter } from '../../src/reply/writer.ts'
import { runs } from './delivery-samples.ts'
import { markdown, wreckage } from './markdown-samples.ts'
import { shownLength } from './shown-text.ts'

/** Any text, cut into deltas anywhere. */
const deltas = fc
  .tuple(fc.oneof(markdown, wreckage), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }))
  .map(([text, lengths]) => {
    const whole = text.toWellFormed().replaceAll('\ufffd', '').trim()
    const cut: string[] = []
    for (let at = 0, turn = 0; at < whole.length; turn++) {
      const length = lengths[turn % lengths.length] ?? 1
      cut.push(whole.slice(at, at + length))
      at += length
    }
    return cut
  })

/** Less than before, for a moment: a number may become a list's mark before a fence. */
const isNumberHeldBack = (stays: string, before: string): boolean =>
  before.startsWith(stays) && /(^|\n)[ \t>]*\d+$/.test(before)

describe('what a message shows for good', () => {
  it('only grows while it is held, up to its last words, and stays within the limit', () => {
    fc.assert(
      fc.property(
        deltas,
        fc.integer({ min: 60, max: 600 }),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.integer({ min: 3, max: 30 })),
        (cut, limit, every, sever) => {
          const writer = createWriter({ limit, measure: (text) => text.length })
          const shown: string[] = []
          const look = (): void => {
            for (let index = 0; index < writer.count(); index++) {
              const stays = writer.stays(index)
              const before = shown[index] ?? ''
              if (isNumberHeldBack(stays, before)) continue
              expect(stays.slice(0, before.length)).toBe(before)
              expect(writer.part(index).slice(0, stays.length)).toBe(stays)
              if (stays.length > 1) expect(writer.part(index).length).toBeLessThanOrEqual(limit)
              shown[index] = stays
              if (index === writer.frozen()) writer.hold(index, writer.reach(index))
            }
          }
          for (const [at, delta] of cut.entries()) {
            writer.append(delta)
            if (at % every === 0) look()
            const last = writer.count() - 1
            if (sever && at % sever === sever - 1 && last === writer.frozen()) {
              look()
              writer.sever(last, writer.reach(last), '')
            }
          }
          writer.end()
          look()
          const messages = Array.from({ length: writer.count() }, (_, index) => writer.part(index))
          const text = cut.join('')
          expect(writer.text()).toBe(text)
          expect(shownLength(messages.filter(Boolean), text.trimEnd())).toBe(text.trimEnd().length)
        },
      ),
      { numRuns: runs(300) },
    )
  }, 60_000)

  it('is without the fence that closes it for now', () => {
    const writer = createWriter({ limit: 2000, measure: (text) => text.length })
    writer.append('Look:\n```ts\nconst a = 1\n')
    expect([writer.part(0), writer.stays(0)]).toEqual([
      'Look:\n```ts\nconst a = 1\n```',
      'Look:\n```ts\nconst a = 1',
    ])
  })

  it.each([
    'Look:\n- ```ts\n  a\n  ```\nok',
    'Look:\n10. ~~~\n    a\n    ~~~\nok',
    'Look:\n> - ```\n>   a\n>   ```',
  ])('holds no mark of %j that may yet belong to a fence', (text) => {
    const writer = createWriter({ limit: 2000, measure: (words) => words.length })
    let before = ''
    for (const character of text) {
      writer.append(character)
      const stays = writer.stays(0)
      if (isNumberHeldBack(stays, before)) continue
      expect(stays.slice(0, before.length)).toBe(before)
      before = stays
    }
    writer.end()
    expect(writer.part(0).slice(0, before.length)).toBe(before)
  })

  it('ends at a paragraph where it comes to one when it is nearly full', () => {
    const writer = createWriter({ limit: 100, measure: (text) => text.length })
    const first = `${'word '.repeat(15)}end.`
    writer.append(first)
    writer.hold(0, writer.reach(0))
    writer.append('\n\nAnd more')
    expect([writer.count(), writer.part(0), writer.part(1)]).toEqual([2, first, 'And more'])
  })
})
