import { buffer } from 'node:stream/consumers'
import { Document, Packer, Paragraph } from 'docx'
import PDFDocument from 'pdfkit'
import { describe, expect, it } from 'vitest'
import { modes } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { finished, patienceMs, prompt, spoken } from './slack-watching.ts'

async function pdf(first: string, ...more: readonly string[]): Promise<Buffer> {
  const document = new PDFDocument().text(first)
  for (const page of more) document.addPage().text(page)
  document.end()
  return buffer(document)
}

const docx = (...lines: readonly string[]): Promise<Buffer> =>
  Packer.toBuffer(new Document({ sections: [{ children: lines.map((line) => new Paragraph(line)) }] }))

const first = 'The first ferry of the day sails at nine.'
const second = 'The second ferry of the day sails at ten.'

describe.each(modes)('by %s', (mode) => {
  it('a PDF is read page by page, and remembered in its thread', async () => {
    const { stage, model, parley, channel, ann } = await atHome({ mode })
    model.next(say('Two ferries.'), say('At nine.'))
    const files = [{ name: 'ferries.pdf', bytes: await pdf(first, second) }]
    const question = ann.says(channel, `${parley} how many?`, { files })
    await finished(stage, question, 'Two ferries.')
    const read = `user: how many? [File: ferries.pdf, PDF, 2 pages]\n[Page 1]\n${first}\n[Page 2]\n${second}\n[End of the file]`
    expect(prompt(stage, -1)).toEqual([read])
    ann.says(question, 'when is the first?')
    await finished(stage, question, 'At nine.')
    expect(prompt(stage, -1)).toEqual([read, 'assistant: Two ferries.', 'user: when is the first?'])
  })
})

it('a Word document, code and a table are read as text, in direct messages', async () => {
  const { stage, model, ann } = await atHome()
  model.always(say('Read.'))
  const files = [
    { name: 'plan.docx', bytes: await docx('Meet at the pier.', 'Bring a coat.') },
    { name: 'tide.py', bytes: Buffer.from('print("low")\n') },
    { name: 'tides.csv', bytes: Buffer.from('noon,low\n') },
    { name: 'page.html', bytes: Buffer.from('<!doctype html><html><body>High at six</body></html>') },
  ]
  const question = ann.says('dm', '', { files })
  await finished(stage, question, 'Read.', ann)
  const [asked] = prompt(stage, -1)
  for (const read of [
    '[File: plan.docx, Word]\nMeet at the pier.\n\nBring a coat.\n[End of the file]',
    '[File: tide.py]\nprint("low")\n',
    '[File: tides.csv]\nnoon,low\n',
    '[File: page.html]\n<!doctype html><html><body>High at six</body></html>',
  ])
    expect(asked).toContain(read)
})

it('what can’t be read is named, each with its reason, and the rest is answered', async () => {
  const { stage, model, ann } = await atHome()
  model.always(say('Read.'))
  const files = [
    { name: 'half.pdf', bytes: (await pdf(first)).subarray(0, 300) },
    { name: 'old.doc', bytes: Buffer.from('d0cf11e0a1b11ae1000000', 'hex') },
    { name: 'empty.txt', bytes: Buffer.alloc(0) },
    { name: 'tides.csv', bytes: Buffer.from('noon,low\n') },
  ]
  const question = ann.says('dm', 'what is it?', { files })
  const { text } = await finished(stage, question, /Read\.$/, ann)
  expect(text.split('\n').slice(0, 3)).toEqual([
    '> `half.pdf`: it can’t be read as a PDF: it is damaged or cut off.',
    expect.stringMatching(/^> `old\.doc`: I can’t read this kind of file .*Word \(\.docx\)/),
    '> `empty.txt`: the file is empty.',
  ])
  expect(prompt(stage, -1)[0]).toContain('noon,low')
})

it('Summarise of a message with a document is for the one who asked alone', async () => {
  const { stage, slack, model, channel, ann, bob } = await atHome()
  model.next(say('Two ferries sail.'))
  const files = [{ name: 'ferries.pdf', bytes: await pdf(first, second) }]
  await ann.shortcut(bob.says(channel, '', { files }), 'parley.summarise').answered()
  const summary = await slack.until(() => spoken(stage, channel, ann)[0], patienceMs)
  expect(summary).toMatchObject({ text: 'Two ferries sail.', ephemeral: true })
  expect(prompt(stage, -1).join()).toContain(first)
  expect(said(slack.visible(channel, { as: bob, thread: 'all' }))).toEqual([])
})
