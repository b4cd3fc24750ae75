import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import {
  Document,
  ExternalHyperlink,
  HeadingLevel,
  ImageRun,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx'
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { mediaChildDesk, refusal } from './media-child-desk.ts'
import { zip } from './media-zip.ts'

const desk = mediaChildDesk()
const mb = 1024 * 1024

type Draw = (document: PDFDocument) => void

async function pdf(draw: Draw, options?: ConstructorParameters<typeof PDFDocument>[0]): Promise<Buffer> {
  const document = new PDFDocument(options)
  draw(document)
  document.end()
  return buffer(document)
}

const scan = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#c00' } })
  .jpeg()
  .toBuffer()

const threePages: Draw = (document) =>
  document
    .text('The first page is about apples.')
    .addPage()
    .text('The second page is about pears.')
    .addPage()
    .text('The third page is about plums.')

describe('a PDF', () => {
  it('is read page by page', async () => {
    const read = await desk.document('pdf', await pdf(threePages))
    expect(read).toMatchObject({ pageCount: 3, cut: false })
    expect(read.pages).toEqual([
      { number: 1, text: 'The first page is about apples.', picture: null },
      { number: 2, text: 'The second page is about pears.', picture: null },
      { number: 3, text: 'The third page is about plums.', picture: null },
    ])
  })

  it('shows a page that was scanned as a picture, and an empty one as nothing', async () => {
    const bytes = await pdf((document) =>
      document.text('This page has words enough.').addPage().image(scan, 0, 0, { width: 600 }).addPage(),
    )
    const { pages, cut } = await desk.document('pdf', bytes, { longestEdge: 500 })
    expect(pages.map(({ picture }) => picture?.type ?? null)).toEqual([null, 'image/jpeg', null])
    const picture = pages[1]?.picture
    expect(Math.max(picture?.width ?? 0, picture?.height ?? 0)).toBe(500)
    const [red, green] = (await sharp(picture?.bytes).stats()).channels
    expect(red?.mean).toBeGreaterThan(180)
    expect(green?.mean).toBeLessThan(90)
    expect(cut).toBe(false)
  })

  it('is cut to the pages, the pictures and the characters of the wish, and says so', async () => {
    const words = await pdf(threePages)
    const two = await desk.document('pdf', words, { pages: 2 })
    expect(two).toMatchObject({ pageCount: 3, cut: true, length: null })
    expect(two.pages).toHaveLength(2)

    const short = await desk.document('pdf', words, { longest: 40 })
    expect(short.cut).toBe(true)
    expect(short.pages.map(({ text }) => text).join('')).toBe('The first page is about apples.The secon')

    const scans = await pdf((document) => {
      document.image(scan, 0, 0, { width: 300 }).addPage().image(scan, 0, 0, { width: 300 })
    })
    const one = await desk.document('pdf', scans, { pictures: 1 })
    expect(one.cut).toBe(true)
    expect(one.pages.map(({ picture }) => picture !== null)).toEqual([true, false])
  })

  it('with a password is told from a damaged one', async () => {
    expect(await refusal(desk.document('pdf', await pdf(threePages, { userPassword: 'hush' })))).toEqual({
      kind: 'encrypted',
      words: 'it is protected by a password; send it without one',
    })
    for (const bytes of ['%PDF-1.7\nand nothing', Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>')]) {
      expect(await refusal(desk.document('pdf', bytes))).toMatchObject({ kind: 'broken' })
    }
  })

  it('that only its author may change is read', async () => {
    const bytes = await pdf(threePages, { ownerPassword: 'mine' })
    expect((await desk.document('pdf', bytes)).pages).toHaveLength(3)
  })

  it('that was cut off gives what there is, or is called broken', async () => {
    const whole = await pdf(threePages)
    const read = desk.document('pdf', whole.subarray(0, whole.length * 0.6))
    const kind = await read.then(
      () => 'read',
      (error: { kind: string }) => error.kind,
    )
    expect(['read', 'broken']).toContain(kind)
  })
})

describe('a DOCX', () => {
  const make = (children: ConstructorParameters<typeof Document>[0]['sections'][number]['children']) =>
    Packer.toBuffer(new Document({ sections: [{ children }] }))

  it('keeps its headings, lists, tables and links', async () => {
    const row = (...cells: string[]) =>
      new TableRow({ children: cells.map((text) => new TableCell({ children: [new Paragraph(text)] })) })
    const bytes = await make([
      new Paragraph({ text: 'Report', heading: HeadingLevel.HEADING_1 }),
      new Paragraph('Apples & pears < plums.'),
      new Paragraph({ text: 'one', bullet: { level: 0 } }),
      new Paragraph({ text: 'two', bullet: { level: 0 } }),
      new Paragraph({ text: 'deeper', bullet: { level: 1 } }),
      new Table({ rows: [row('fruit', 'price'), row('a|b', '3')] }),
      new Paragraph({
        children: [
          new ExternalHyperlink({ link: 'https://example.com/a?b=1&c=2', children: [new TextRun('here')] }),
        ],
      }),
    ])
    const read = await desk.document('docx', bytes)
    expect(read.pages[0]?.text).toBe(
      [
        '# Report',
        'Apples & pears < plums.',
        '- one\n- two\n  - deeper',
        '| fruit | price |\n| a\\|b | 3 |',
        '[here](https://example.com/a?b=1&c=2)',
      ].join('\n\n'),
    )
    expect(read).toMatchObject({ pageCount: null, cut: false, length: read.pages[0]?.text.length })
  })

  it('gives no pictures, and is cut to the wish', async () => {
    const picture = new ImageRun({ type: 'jpg', data: scan, transformation: { width: 30, height: 40 } })
    const bytes = await make([
      new Paragraph({ children: [picture] }),
      new Paragraph('word '.repeat(50).trim()),
    ])
    const read = await desk.document('docx', bytes, { longest: 9 })
    expect(read).toMatchObject({ pages: [{ text: 'word word' }], cut: true, length: 249 })
  })

  it.each([
    // Noise is packed to its own size: 60 times as much is claimed, which alone is no reason.
    ['more than I take', 120, zip([{ name: 'word/a.xml', data: randomBytes(2 * mb), claimed: 120 * mb }])],
    ['more than a hundred times its size', 12, zip([{ name: 'word/a.xml', data: Buffer.alloc(12 * mb) }])],
  ])('that unpacks to %s is refused by its directory', async (_what, size, bomb) => {
    expect(await refusal(desk.document('docx', bomb))).toEqual({
      kind: 'too_large',
      words: `it unpacks to ${size} MB, which is more than I take; send it as PDF, or in parts`,
    })
  })

  it('that lies about what it unpacks to is ended by its memory, and the next file is read', async () => {
    const paragraph = '<w:p><w:r><w:t>x</w:t></w:r></w:p>'
    const body = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraph.repeat(1_500_000)}</w:body></w:document>`
    const bomb = zip([...parts, { name: 'word/document.xml', data: Buffer.from(body), claimed: 1000 }])
    expect((await refusal(desk.document('docx', bomb))).kind).toMatch(/too_large|broken/)
    expect((await desk.document('text', 'still here')).pages[0]?.text).toBe('still here')
  })

  it.each([
    ['xl/workbook.xml', 'I can’t read spreadsheets (XLSX); send it as CSV or PDF'],
    ['ppt/presentation.xml', 'I can’t read presentations (PPTX); send it as PDF'],
    ['content.xml', 'I can’t read OpenDocument files; send it as DOCX or PDF'],
    ['other.txt', 'there is no Word document in it; send it as DOCX, PDF or plain text'],
  ])('is told from other archives: %s', async (name, words) => {
    const bytes = zip([{ name, data: Buffer.from('<x/>') }])
    expect(await refusal(desk.document('docx', bytes))).toEqual({ kind: 'unsupported', words })
  })

  it('of the old kind, or damaged, is refused in words', async () => {
    const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])
    expect(await refusal(desk.document('docx', old))).toMatchObject({ kind: 'unsupported' })
    const whole = await make([new Paragraph('words')])
    for (const bytes of [
      whole.subarray(0, whole.length / 2),
      zip([{ name: 'word/none', data: Buffer.from('') }]),
    ]) {
      expect(await refusal(desk.document('docx', bytes))).toEqual({
        kind: 'broken',
        words: 'it can’t be read as a DOCX: it is damaged or cut off',
      })
    }
  })
})

/** What a reader looks for beside the text itself. */
const parts = [
  {
    name: '_rels/.rels',
    data: Buffer.from(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
  },
]
