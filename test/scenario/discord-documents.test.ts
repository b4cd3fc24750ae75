import { buffer } from 'node:stream/consumers'
import { Document, HeadingLevel, Packer, Paragraph } from 'docx'
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { atHome, ended, lastParts, picturesIn, sentTo, told } from './discord-media-telling.ts'
import { asked, finished } from './discord-watching.ts'

async function pdf(
  draw: (document: PDFDocument) => void,
  options?: ConstructorParameters<typeof PDFDocument>[0],
) {
  const document = new PDFDocument(options)
  draw(document)
  document.end()
  return buffer(document)
}

const one = (name: string, bytes: Uint8Array, type = 'application/octet-stream') => ({ name, bytes, type })

it('documents of every kind are read, each under its name, and pages that were scanned are seen', async () => {
  const stage = await atHome()
  const scan = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#c00' } })
    .jpeg()
    .toBuffer()
  const docx = await Packer.toBuffer(
    new Document({
      sections: [
        {
          children: [
            new Paragraph({ text: 'Report', heading: HeadingLevel.HEADING_1 }),
            new Paragraph('All is well.'),
          ],
        },
      ],
    }),
  )
  // "I am a cat. It has no name yet." and so on, in GBK.
  const gbk = Buffer.from(
    'ced2cac7d2bbd6bbc3a8a1a3bbb9c3bbd3d0c3fbd7d6a1a3bdf1ccecccecc6f8badcbac3a3acced2c3c7c8a5b9abd4b0c9a2b2bda1a3',
    'hex',
  )
  const files = [
    one(
      'apples.pdf',
      await pdf((document) =>
        document.text('The first page is about apples.').addPage().text('The second page is about pears.'),
      ),
      'application/pdf',
    ),
    one(
      'scanned.pdf',
      await pdf((document) => document.image(scan, 0, 0, { width: 600 })),
      'application/pdf',
    ),
    one('report.docx', docx),
    one('cities.csv', Buffer.from('city,country\nParis,France\n'), 'text/csv'),
    one('cat.py', Buffer.concat([Buffer.from('# '), gbk, Buffer.from('\nprint(1)\n')])),
  ]
  stage.ann.says('dm', 'sum them up', { files })
  const answer = await finished(stage, 'dm', /I see 1 image/, stage.ann)
  expect(answer.content).not.toMatch(/^>/)
  const parts = lastParts(asked(stage)[0])
  const words = parts.map(({ type, text }) => text ?? type).join('\n')
  expect(words).toContain(
    '[File: apples.pdf, PDF, 2 pages]\n[Page 1]\nThe first page is about apples.\n[Page 2]\nThe second page is about pears.\n[End of the file]',
  )
  expect(words).toContain('[File: scanned.pdf, PDF, 1 page]\n[Page 1, as a picture]\ninput_image')
  expect(words).toContain('[File: report.docx, Word]\n# Report\n\nAll is well.')
  expect(words).toContain('city,country\nParis,France')
  expect(words).toContain('我是一只猫')
  const [seen] = picturesIn(parts)
  expect((await sharp(seen).stats()).channels[0]!.mean).toBeGreaterThan(180)
  // The next question knows them, too.
  await ended(stage, 1)
  stage.ann.says('dm', 'and the pears?')
  await finished(stage, 'dm', /and the pears/, stage.ann)
  expect(told(asked(stage).at(-1))).toContain('The second page is about pears.')
})

it('what can’t be read is named with the reason, and the rest is answered', async () => {
  const stage = await atHome()
  const files = [
    one(
      'locked.pdf',
      await pdf((document) => document.text('Hush.'), { userPassword: 'hush' }),
      'application/pdf',
    ),
    one('cut.pdf', Buffer.from('%PDF-1.7\nand nothing'), 'application/pdf'),
    one('empty.txt', Buffer.alloc(0), 'text/plain'),
    one('plain.txt', Buffer.from('Plain words.'), 'text/plain'),
  ]
  stage.ann.says('dm', 'read', { files })
  const answer = await finished(stage, 'dm', /Plain words/, stage.ann)
  expect(answer.content.split('\n\n')[0]!.split('\n')).toEqual([
    '> `locked.pdf`: it is protected by a password; send it without one.',
    expect.stringMatching(/^> `cut\.pdf`: .*damaged/),
    expect.stringMatching(/^> `empty\.txt`: .*empty/),
  ])
  expect(sentTo(stage, '/responses')).toHaveLength(1)
})
