import { describe, expect, it } from 'vitest'
import { mediaChildDesk, refusal } from './media-child-desk.ts'

const desk = mediaChildDesk()

const read = async (bytes: string | Uint8Array) => {
  const { pages, encoding } = await desk.document('text', bytes)
  return { text: pages[0]?.text, encoding }
}

const japanese = '吾輩は猫である。名前はまだ無い。'
const chinese = '我是一只猫。还没有名字。今天天气很好，我们去公园散步。'
const german = 'Grüße aus München – die Straße ist naß, „schön“ wär’s, kostet 5 €.'

describe('a text', () => {
  it.each([
    ['utf-8', 'UTF-8', Buffer.from(`${german} ${japanese} 🐈`), `${german} ${japanese} 🐈`],
    ['utf-8', 'UTF-8 with its mark', Buffer.from(`\ufeff${german}`), german],
    ['utf-16le', 'UTF-16 with its mark', Buffer.from(`\ufeff${german}`, 'utf16le'), german],
    ['utf-16be', 'UTF-16, big end first', Buffer.from(`\ufeff${german}`, 'utf16le').swap16(), german],
    ['utf-16le', 'UTF-16 without a mark', Buffer.from(german, 'utf16le'), german],
    ['utf-16be', 'the same, big end first', Buffer.from(german, 'utf16le').swap16(), german],
    ['windows-1252', 'a West European one', windows1252(german), german],
    [
      'gbk',
      'a Chinese one',
      Buffer.from(
        'ced2cac7d2bbd6bbc3a8a1a3bbb9c3bbd3d0c3fbd7d6a1a3bdf1ccecccecc6f8badcbac3a3acced2c3c7c8a5b9abd4b0c9a2b2bda1a3',
        'hex',
      ),
      chinese,
    ],
    [
      'shift_jis',
      'a Japanese one',
      Buffer.from('8ce194798acd944c82c582a082e981428cbc914f82cd82dc82be96b382a28142', 'hex'),
      null,
    ],
    [
      'iso-2022-jp',
      'a Japanese one in seven bits',
      Buffer.from('1b244247 2d1b2842 2e'.replaceAll(' ', ''), 'hex'),
      '\u732b.',
    ],
  ])('is read as %s: %s', async (encoding, _what, bytes, text) => {
    const found = await read(bytes)
    expect(found.encoding).toMatch(encoding === 'gbk' ? /^gb(k|18030)$/ : encoding)
    expect(found.text).toBe(text ?? new TextDecoder('shift_jis').decode(bytes))
  })

  it('is not taken for UTF-8 because its beginning is plain', async () => {
    const bytes = Buffer.concat([
      Buffer.from('plain words. '.repeat(300)),
      windows1252('Grüße, schöne Straße'),
    ])
    expect((await read(bytes)).text).toMatch(/Grüße, schöne Straße$/)
  })

  it('stays UTF-8 with a few damaged bytes', async () => {
    const bytes = Buffer.concat([Buffer.from(`${german} ${japanese}`.repeat(20)), Buffer.from([0xff])])
    expect(await read(bytes)).toEqual({
      encoding: 'utf-8',
      text: `${`${german} ${japanese}`.repeat(20)}\ufffd`,
    })
  })

  it('loses control characters and colours, and keeps its lines', async () => {
    expect((await read('a\r\nb\rc\td \u001b[31mred\u001b[0m \u0008e\u007f')).text).toBe('a\nb\nc\td red e')
  })

  it('is cut to the wish without parting a character, and no more of it is read', async () => {
    const short = await desk.document('text', '🐈🐈🐈', { longest: 3 })
    expect(short).toMatchObject({ pages: [{ text: '🐈' }], cut: true, length: 6 })
    const long = await desk.document('text', 'é'.repeat(100_000), { longest: 1001 })
    expect(long).toMatchObject({ cut: true, length: null, encoding: 'utf-8' })
    expect(long.pages[0]?.text).toBe('é'.repeat(1001))
  })

  it('of no bytes is called empty', async () => {
    expect(await refusal(desk.document('text', ''))).toEqual({ kind: 'empty', words: 'the file is empty' })
  })

  it.each([
    ['a program', Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 31) & 0xff))],
    ['zeros', Buffer.alloc(5000)],
    ['one zero among few letters', Buffer.from([0x41, 0, 0, 0, 1, 2, 3, 0x42])],
  ])('is told from what is none: %s', async (_what, bytes) => {
    expect(await refusal(desk.document('text', bytes))).toEqual({
      kind: 'unsupported',
      words: 'it is not text, and I don’t know this kind of file; send it as plain text or PDF',
    })
  })
})

/** The letters of the tests; the rest are as in Latin-1. */
function windows1252(text: string): Buffer {
  const special: Record<string, number> = { '–': 0x96, '„': 0x84, '“': 0x93, '’': 0x92, '€': 0x80 }
  return Buffer.from([...text].map((letter) => special[letter] ?? letter.charCodeAt(0)))
}
