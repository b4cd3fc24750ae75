import { gzipSync } from 'node:zlib'
import { zip } from '../unit/media-zip.ts'
import { bomb, type Hazard } from './media-hazard.ts'
import { jpeg } from './media-hazards-pictures.ts'
import { large } from './media-world.ts'

const MB = 1024 * 1024
const most = 50 * MB

/** A PDF of these objects, numbered from 1; the first is its catalogue. */
export function pdfOf(objects: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const at: number[] = []
  let size = parts[0]!.length
  const add = (bytes: Buffer): void => {
    parts.push(bytes)
    size += bytes.length
  }
  for (const [i, object] of objects.entries()) {
    at.push(size)
    add(Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]))
  }
  const rows = at.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${at.length + 1}\n0000000000 65535 f \n${rows}`
  add(Buffer.from(`${table}trailer\n<</Size ${at.length + 1}/Root 1 0 R>>\nstartxref\n${size}\n%%EOF\n`))
  return Buffer.concat(parts)
}

const stream = (dictionary: string, data: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${data.length}>>stream\n`),
    data,
    Buffer.from('\nendstream'),
  ])

const catalog = '<</Type/Catalog/Pages 2 0 R>>'
const font = '<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>'
const page = (more: string, box = '0 0 300 300'): string =>
  `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Resources${font}${more}>>`
const words = Buffer.from('BT /F 12 Tf 20 100 Td (A page that says more than twenty letters) Tj ET')

/** One page with this content. */
const onePage = (content: Buffer, box?: string): Buffer =>
  pdfOf([catalog, '<</Type/Pages/Kids[3 0 R]/Count 1>>', page('/Contents 4 0 R', box), content])

export const smallPdf = (): Buffer => onePage(stream('', words))

/** A picture that unpacks to its pixels only when the page is drawn. */
const drawn = (width: number, height: number): Buffer =>
  pdfOf([
    catalog,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>',
    stream('', Buffer.from('300 0 0 300 0 0 cm /I Do')),
    stream(
      `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode`,
      bomb(Buffer.alloc(MB), Math.ceil((width * height * 3) / MB)),
    ),
  ])

const pages = (count: number): Buffer =>
  pdfOf([
    catalog,
    `<</Type/Pages/Count ${count}/Kids[${'3 0 R '.repeat(count)}]>>`,
    page('/Contents 4 0 R'),
    stream('', words),
  ])

/** Page trees in page trees. */
function deepPages(depth: number): Buffer {
  const trees = Array.from({ length: depth }, (_, i) => `<</Type/Pages/Count 1/Kids[${i + 3} 0 R]>>`)
  return pdfOf([catalog, ...trees, page('')])
}

export const wordParts = [
  {
    name: '[Content_Types].xml',
    data: Buffer.from(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
  },
  {
    name: '_rels/.rels',
    data: Buffer.from(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
  },
]

export const docxOf = (body: string, claimed?: number, head = ''): Buffer =>
  zip([
    ...wordParts,
    {
      name: 'word/document.xml',
      data: Buffer.from(
        `${head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
      ),
      ...(claimed !== undefined && { claimed }),
    },
  ])

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`
export const smallDocx = (): Buffer => docxOf(paragraph('Words in a document.'))

const nestedZip = (depth: number): Buffer => {
  let inner = zip([{ name: 'zeros', data: Buffer.alloc(MB) }])
  for (let i = 0; i < depth; i++) inner = zip([...wordParts, { name: `word/${i}.zip`, data: inner }])
  return inner
}

async function scanned(pages: number): Promise<Buffer> {
  const { default: PDFDocument } = await import('pdfkit')
  const scan = await jpeg(2480, 3508, 4)
  const document = new PDFDocument({ size: [595, 842] })
  for (let page = 1; page <= pages; page++) {
    if (page > 1) document.addPage()
    document.image(scan, 0, 0, { width: 595 })
  }
  document.end()
  return Buffer.concat(await document.toArray())
}

function locked(): Promise<Buffer> {
  return import('pdfkit').then(async ({ default: PDFDocument }) => {
    const document = new PDFDocument({ userPassword: 'hush' })
    document.text('Nobody reads this.')
    document.end()
    return Buffer.concat(await document.toArray())
  })
}

const laughs = `<!DOCTYPE x [<!ENTITY l0 "lol">${Array.from({ length: 12 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}]>`

export const documentHazards: readonly Hazard[] = [
  { what: 'a text of no bytes', name: 'a.txt', body: () => '', ends: /the file is empty/ },
  {
    what: 'a text of just the bytes it may have',
    name: 'a.txt',
    body: () => large(Buffer.from('x'), most, 65),
    ends: 'read',
  },
  {
    what: 'a text of one byte more',
    name: 'a.txt',
    body: () => large(Buffer.from('x'), most + 1, 65),
    ends: /larger than the 50\.0 MB/,
    rare: true,
  },
  {
    what: 'a text without an end',
    name: 'a.log',
    body: () => large(Buffer.from('x'), Number.POSITIVE_INFINITY, 65),
    ends: /larger than the 50\.0 MB/,
  },
  {
    what: 'a text in one line of 40 MB',
    name: 'a.json',
    body: () => large(Buffer.from('['), 40 * MB, 91),
    ends: 'read',
    rare: true,
  },
  {
    what: 'a packed text',
    name: 'a.txt',
    body: () => gzipSync(Buffer.alloc(10 * MB, 65)),
    ends: /can’t read this kind of file \(application\/gzip\)/,
  },
  {
    what: 'a text of nothing but zeros',
    name: 'a.txt',
    body: () => Buffer.alloc(100_000),
    ends: /can’t tell what kind/,
  },
  {
    what: 'a text of colours and bells',
    name: 'a.txt',
    body: () => '\u001b[31m\u0007'.repeat(50_000),
    ends: 'either',
  },
  {
    what: 'a text of half characters',
    name: 'a.txt',
    body: () => Buffer.from([0xff, 0xfe, ...Array(1000).fill([0x00, 0xd8]).flat()]),
    ends: 'either',
  },
  {
    what: 'a PDF of no more than its name',
    name: 'a.pdf',
    body: () => '%PDF-1.7',
    ends: /damaged or cut off/,
  },
  {
    what: 'a PDF of just the bytes it may have',
    name: 'a.pdf',
    body: () => large(smallPdf(), most),
    ends: 'either',
    rare: true,
  },
  {
    what: 'a PDF of one byte more',
    name: 'a.pdf',
    body: () => large(smallPdf(), most + 1),
    ends: /larger than the 50\.0 MB/,
    rare: true,
  },
  { what: 'a PDF of eleven pages from a scanner', name: 'a.pdf', body: () => scanned(11), ends: 'read' },
  { what: 'a PDF with a password', name: 'a.pdf', body: locked, ends: /protected by a password/ },
  {
    what: 'a PDF that is a ZIP as well',
    name: 'a.pdf',
    body: () => Buffer.concat([smallPdf(), zip([{ name: 'x', data: Buffer.from('x') }])]),
    ends: 'read',
  },
  { what: 'a PDF of 100,000 pages', name: 'a.pdf', body: () => pages(100_000), ends: 'read' },
  {
    what: 'a PDF of 300 pages that it doesn’t have',
    name: 'a.pdf',
    body: () => pdfOf([catalog, '<</Type/Pages/Count 100000000/Kids[3 0 R]>>', page('')]),
    ends: 'either',
  },
  {
    what: 'a PDF of 20,000 page trees in each other',
    name: 'a.pdf',
    body: () => deepPages(20_000),
    ends: 'either',
  },
  {
    what: 'a PDF whose pages lead to themselves',
    name: 'a.pdf',
    body: () => pdfOf([catalog, '<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>']),
    ends: 'either',
  },
  {
    what: 'a PDF of a million brackets',
    name: 'a.pdf',
    body: () => onePage(stream('', Buffer.from(`${'['.repeat(1_000_000)}`))),
    ends: 'either',
  },
  {
    what: 'a PDF of a million lists in each other',
    name: 'a.pdf',
    body: () =>
      pdfOf([
        catalog,
        '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        page(`/Contents 4 0 R/X ${'['.repeat(1_000_000)}`),
        stream('', words),
      ]),
    ends: 'either',
  },
  {
    what: 'a PDF with a page as large as a country',
    name: 'a.pdf',
    body: () => onePage(stream('', Buffer.from('0 0 9 9 re f')), '0 0 900000000 900000000'),
    ends: 'either',
  },
  {
    what: 'a PDF with a page like a thread',
    name: 'a.pdf',
    body: () => onePage(stream('', Buffer.from('0 0 9 9 re f')), '0 0 900000000 1'),
    ends: 'either',
  },
  {
    what: 'a PDF that unpacks to 2 GB',
    name: 'a.pdf',
    body: () => onePage(stream('/Filter/FlateDecode', bomb(Buffer.alloc(MB, 32), 2_000))),
    ends: 'either',
  },
  {
    what: 'a PDF that unpacks to 300 MB of drawing',
    name: 'a.pdf',
    body: () =>
      onePage(stream('/Filter/FlateDecode', bomb(Buffer.from('0 0 9 9 re f '.repeat(80_000)), 300))),
    ends: 'either',
  },
  {
    what: 'a PDF with a picture of 400 million pixels',
    name: 'a.pdf',
    body: () => drawn(20_000, 20_000),
    ends: 'either',
  },
  {
    what: 'a DOCX that unpacks to gigabytes',
    name: 'a.docx',
    body: () =>
      zip([...wordParts, { name: 'word/document.xml', data: Buffer.alloc(20 * MB), claimed: 3_000_000_000 }]),
    ends: /unpacks to 2861 MB/,
  },
  {
    what: 'a DOCX that lies about what it unpacks to',
    name: 'a.docx',
    body: () => docxOf(paragraph('x').repeat(1_500_000), 1_000),
    ends: 'either',
  },
  {
    what: 'a DOCX of a billion laughs',
    name: 'a.docx',
    body: () => docxOf(paragraph('&l12;'), undefined, laughs),
    ends: 'either',
  },
  {
    what: 'a DOCX of 100,000 tables in each other',
    name: 'a.docx',
    body: () => docxOf('<w:tbl><w:tr><w:tc>'.repeat(100_000) + '</w:tc></w:tr></w:tbl>'.repeat(100_000)),
    ends: 'either',
  },
  { what: 'ZIPs in ZIPs', name: 'a.docx', body: () => nestedZip(20), ends: 'either' },
  {
    what: 'a ZIP called DOCX, cut through',
    name: 'a.docx',
    body: () => smallDocx().subarray(0, 300),
    ends: /damaged or cut off/,
  },
  {
    what: 'a web page called a PDF',
    name: 'a.pdf',
    type: 'application/pdf',
    body: () => '<html><head></head><body>Sign in</body></html>',
    ends: /a web page came in its place/,
  },
]
