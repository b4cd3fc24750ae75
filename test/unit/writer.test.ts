import { describe, expect, it } from 'vitest'
import { createWriter, type Writer } from '../../src/reply/writer.ts'

const chars = (limit: number) => createWriter({ limit, measure: (text) => text.length })

function parts(writer: Writer): string[] {
  return Array.from({ length: writer.count() }, (_, index) => writer.part(index))
}

describe('the text of an answer as messages', () => {
  it('shows the text as it comes', () => {
    const writer = chars(100)
    expect(parts(writer)).toEqual([])
    writer.append('Hello')
    expect(parts(writer)).toEqual(['Hello'])
    writer.append(' there')
    expect(parts(writer)).toEqual(['Hello there'])
  })

  it('shows nothing before there is a word', () => {
    const writer = chars(100)
    for (const delta of ['\n', '  ', '#', '# ', '**', '\u200b']) {
      writer.append(delta)
      expect(parts(writer)).toEqual([])
    }
    writer.append('A')
    expect(parts(writer)).toHaveLength(1)
  })

  it('holds back half a character until the other half has come', () => {
    const writer = chars(100)
    writer.append('a\ud83d')
    expect(parts(writer)).toEqual(['a'])
    writer.append('\ude00b')
    expect(parts(writer)).toEqual(['a😀b'])
  })

  it('shows an open fence closed, and holds back the marker and the block without a line', () => {
    const writer = chars(200)
    const steps: string[] = []
    for (const delta of ['So:\n\n', '``', '`ts', '\n', 'let a', ' = 1\n', '``', '`\n', 'end']) {
      writer.append(delta)
      steps.push(writer.part(0))
    }
    expect(steps).toEqual([
      'So:',
      'So:',
      'So:',
      'So:',
      'So:\n\n```ts\nlet a\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```',
      'So:\n\n```ts\nlet a = 1\n```\nend',
    ])
  })

  it('closes a fence that the model left open', () => {
    const writer = chars(200)
    writer.append('```\ncode')
    writer.end()
    expect(parts(writer)).toEqual(['```\ncode\n```'])
  })

  it('shows no message of blanks at the end', () => {
    const writer = chars(10)
    writer.append('0123456789\n\n   \n')
    expect(parts(writer)).toEqual(['0123456789'])
    writer.end()
    expect(parts(writer)).toEqual(['0123456789'])
  })
})

describe('the mark at the end', () => {
  it('stands below the text where it fits', () => {
    const writer = chars(40)
    writer.append('```\ncode')
    writer.end('*stopped*')
    expect(parts(writer)).toEqual(['```\ncode\n```\n\n*stopped*'])
  })

  it('becomes a message of its own where it does not fit', () => {
    const writer = chars(12)
    writer.append('0123456789')
    writer.end('*stopped*')
    expect(parts(writer)).toEqual(['0123456789', '*stopped*'])
  })

  it('is shown alone when there is no text', () => {
    const writer = chars(40)
    writer.append(' \n')
    writer.end('*nothing came*')
    expect(parts(writer)).toEqual(['*nothing came*'])
  })

  it('is split like text when it is longer than a message', () => {
    const writer = chars(10)
    writer.append('short')
    writer.end('one two three four')
    expect(parts(writer).every((part) => part.length <= 10)).toBe(true)
    expect(parts(writer).join(' ')).toBe('short one two three four')
  })
})

describe('planning again', () => {
  it('plans everything from a message on with a smaller limit', () => {
    const writer = chars(20)
    writer.append('aaaa bbbb cccc dddd eeee ffff gggg')
    writer.end('*m*')
    const before = parts(writer)
    writer.shrink(1, 10)
    expect(parts(writer)[0]).toBe(before[0])
    for (const part of parts(writer).slice(1)) expect(part.length).toBeLessThanOrEqual(10)
    expect(parts(writer).join(' ').split(/\s+/)).toEqual('aaaa bbbb cccc dddd eeee ffff gggg *m*'.split(' '))
  })

  it('takes a further message that is found too long for an exception', () => {
    const writer = chars(80)
    writer.append('abc '.repeat(200))
    writer.end()
    writer.shrink(1, 60)
    writer.shrink(2, 45)
    writer.shrink(3, 45)
    const lengths = parts(writer).map((part) => part.length)
    expect(lengths.slice(0, 4)).toEqual([79, 59, 43, 43])
    for (const length of lengths.slice(4, -1)) expect(length).toBe(59)
    expect(parts(writer).join(' ')).toBe('abc '.repeat(200).trim())
  })

  it('ends a message that can be changed no more and goes on in the next one', () => {
    const writer = chars(100)
    writer.append('```js\nlet a = 1\n')
    writer.sever(0, writer.text().length, '*Look above.*')
    writer.append('let b = 2\n```\nend')
    writer.end()
    expect(parts(writer)).toEqual(['```js\nlet a = 1\n```', '*Look above.*\n\n```js\nlet b = 2\n```\nend'])
  })

  it('says so in a message of its own when nothing follows', () => {
    const writer = chars(100)
    writer.append('all of it')
    writer.end()
    writer.sever(0, 9, '*Look above.*')
    expect(parts(writer)).toEqual(['all of it', '*Look above.*'])
  })
})
