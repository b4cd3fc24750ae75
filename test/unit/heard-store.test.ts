import { describe, expect, it } from 'vitest'
import { createHeardStore } from '../../src/media/heard-store.ts'
import type { Heard } from '../../src/media/hearing.ts'
import { memoryStore } from './web-world.ts'

const heard = (text: string, language: string | null = null): Heard => ({
  ...{ kind: 'heard', text, language, seconds: 3, lines: [] },
})
const known = () => createHeardStore(memoryStore(), 1_000_000)
const k = 'heard:k'

describe('a transcript that was asked for in a language', () => {
  it('is not what others get, who asked for none; but it is found to be corrected', async () => {
    const store = known()
    await store.set(k, heard('Nonsense', 'ja'), 'ja')
    expect(await store.get(k, null)).toBe(null)
    expect(await store.get(k, 'de')).toBe(null)
    expect(await store.get(k, 'ja')).toMatchObject({ text: 'Nonsense' })
    expect(await store.get(k, undefined)).toMatchObject({ text: 'Nonsense' })
  })

  it('stands beside the one that all get, whichever came first', async () => {
    const [plain, wished] = [heard('Guten Tag', 'de'), heard('Nonsense', 'ja')]
    const orders: [Heard, string | null][][] = [
      [
        [plain, null],
        [wished, 'ja'],
      ],
      [
        [wished, 'ja'],
        [plain, null],
      ],
    ]
    for (const order of orders) {
      const store = known()
      for (const [one, language] of order) await store.set(k, one, language)
      for (const language of [null, undefined, 'de'])
        expect(await store.get(k, language)).toMatchObject({ text: 'Guten Tag' })
      expect(await store.get(k, 'ja')).toMatchObject({ text: 'Nonsense' })
    }
  })

  it('once corrected is what all get', async () => {
    const store = known()
    await store.set(k, heard('Nonsense', 'ja'), 'ja')
    await store.correct(k, 'Good day')
    for (const language of [null, undefined, 'ja', 'de'])
      expect(await store.get(k, language)).toMatchObject({ text: 'Good day' })
  })
})
