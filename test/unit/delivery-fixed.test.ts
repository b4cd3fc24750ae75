import { describe, expect, it } from 'vitest'
import type { DraftPart } from '../../src/ports/inbox.ts'
import { fileText } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `word${index} `)
const GOES_ON = /^\*The message above can’t be changed any more\. The answer goes on here\.\*\n\n/

/** Messages that stand and can be changed no more, from the `from`th edit on; one in `after` milliseconds is. */
function world(from = 0, options: Parameters<typeof createWorld>[0] = {}) {
  const made = createWorld(options)
  const { edit } = made.platform
  let edits = 0
  Object.assign(made.platform, {
    edit: async (...call: Parameters<typeof edit>) => (edits++ >= from ? { kind: 'fixed' } : edit(...call)),
  })
  return { ...made, edits: () => edits - from }
}

describe('a message that can be changed no more', () => {
  it.each([0, 1, 5])(
    'ends at what it shows, and the rest comes in one more, after %s edits',
    async (from) => {
      const { clock, stream, answer, texts, edits } = world(from)
      const text = words(60)
      const { result } = await clock.run(stream(answer('a'), text, 300))
      expect(result.kind).toBe('shown')
      const [first = '', second = '', ...more] = texts('a')
      expect(second).toMatch(GOES_ON)
      expect(more).toEqual([])
      expect(`${first} ${second.replace(GOES_ON, '')}`).toBe(text.join('').trim())
      expect(edits()).toBe(1)
    },
  )

  it('is left alone where it shows all', async () => {
    const { clock, answer, texts, edits } = world()
    const delivery = answer('a')
    delivery.write('All of it.')
    await clock.flush()
    expect((await clock.run(delivery.finish())).kind).toBe('shown')
    expect(texts('a')).toEqual(['All of it.'])
    expect(edits()).toBe(1)
  })

  it('leaves the words below it to the next', async () => {
    const { clock, answer, texts } = world()
    const delivery = answer('a')
    delivery.write('All of it.')
    await clock.flush()
    await clock.run(delivery.stop('*Stopped.*'))
    expect(texts('a')[0]).toBe('All of it.')
    expect(texts('a').slice(1).join('\n')).toContain('*Stopped.*')
  })

  it('loses nothing of an answer that ends in a file', async () => {
    const { clock, stream, answer, platform } = world(3, { message: 100, messagesPerAnswer: 2 })
    const text = words(200)
    const { result } = await clock.run(stream(answer('a'), text, 100))
    expect(result.kind).toBe('shown')
    const files = platform.visible().flatMap(({ part }) => fileText(part) ?? [])
    expect(files).toEqual([text.join('')])
  })
})

describe('an answer for one person, which nobody finds or changes again', () => {
  const note = '*This answer may be shown above already. If it is not, please ask again.*'
  const privately = { privateTo: 'ann', controls: () => [] }
  const one = (draft: DraftPart) => [draft]

  it.each<[string, readonly DraftPart[]]>([
    ['was being sent', one({ nonce: 'a:0', ref: null, since: 0 })],
    ['was shown', one({ nonce: 'a:0', ref: { channel: 'c', id: 'private:1' } })],
    [
      'was shown in part',
      [
        ...one({ nonce: 'a:0', ref: { channel: 'c', id: 'private:1' } }),
        { nonce: 'a:1', ref: null, since: 0 },
      ],
    ],
  ])('is not shown a second time when it %s as the process died', async (_, draft) => {
    const { clock, stream, answer, texts, platform } = world(0, { message: 200 })
    Object.assign(platform, { ways: () => [], find: async () => 'unknown' })
    const { result } = await clock.run(stream(answer('a', { ...privately, draft }), words(60), 100))
    expect(result.kind).toBe('shown')
    expect(texts('a')).toEqual([note])
  })

  it('goes on where a reply was lost, and tells the person to ask again', async () => {
    let lost = 1
    const { clock, stream, answer, texts, platform } = world(0, {
      message: 200,
      fault: () => (lost-- > 0 ? 'lost_reply' : null),
    })
    Object.assign(platform, { ways: () => [], find: async () => 'unknown' })
    await clock.run(stream(answer('a', privately), words(60), 0))
    const all = texts('a').join(' ')
    for (const word of words(60))
      expect(all.split(/\s+/).filter((one) => one === word.trim()).length).toBeLessThanOrEqual(1)
    expect(all).toContain('Ask again to see all of it.')
    expect(all).toContain('word59')
  })
})
