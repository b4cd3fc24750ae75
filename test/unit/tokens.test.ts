import { describe, expect, it } from 'vitest'
import { countTokens, preload } from '../../src/conversation/tokens.ts'

describe('counting tokens', () => {
  it.each([
    ['', 0],
    ['hello world', 2],
    ['Hello, world! 你好', 6],
  ])('%j has %d', async (text, tokens) => expect(await countTokens(text)).toBe(tokens))

  it('takes the names of special tokens as plain text', async () => {
    expect(await countTokens('<|endoftext|>')).toBeGreaterThan(3)
  })

  it('takes halves of characters as they come', async () => {
    expect(await countTokens('a\ud83d')).toBeGreaterThan(0)
  })

  it('is as exact over its own seams as in one piece', async () => {
    const line = 'The quick brown fox jumps over the lazy dog.\n'
    const one = await countTokens(line)
    expect(await countTokens(line.repeat(2_000))).toBe(one * 2_000)
  })

  it('stays quick on text made to be slow', async () => {
    await preload()
    // Of the processor: neighbours on a busy machine don't count.
    const began = process.cpuUsage()
    for (const run of ['a', ' ', '的一是不了', 'e\u0301', '!', '\u3000'])
      expect(await countTokens(run.repeat(200_000 / run.length))).toBeGreaterThan(0)
    // Uncut, the Chinese run alone takes a minute and a half.
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1_000).toBeLessThan(3_000)
  })

  it('lets others go first while it counts a long text', async () => {
    await preload()
    let turns = 0
    const beat = setInterval(() => turns++, 1)
    await countTokens('word and word. '.repeat(60_000))
    clearInterval(beat)
    expect(turns).toBeGreaterThan(3)
  })
})
