import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Document, Packer, Paragraph } from 'docx'
import PDFDocument from 'pdfkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { png } from '../fakes/png.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { post } from '../unit/web-http.ts'

let directory: string
let fake: OpenAiFake
let program: Program
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-rest-files-'))
  fake = await startOpenAiFake()
  const env = { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: fake.url, OPENAI_API: 'responses' }
  program = await startProgram({ directory, env })
}, 30_000)
afterAll(async () => {
  await program?.kill('SIGKILL')
  await fake?.close()
  await rm(directory, { recursive: true, force: true })
})

const url = (type: string, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`

async function pdf(...pages: string[]): Promise<Buffer> {
  const document = new PDFDocument()
  for (const [i, words] of pages.entries()) (i === 0 ? document : document.addPage()).text(words)
  document.end()
  return buffer(document)
}

const sound = () => readFile(new URL('../files/question.ogg', import.meta.url))
const chat = (body: unknown, path = '/chat') => post(`${program.url}${path}`, body)
/** What the model was given last. */
const given = (): string =>
  JSON.stringify(fake.ledger.filter(({ path }) => path === '/responses').at(-1)?.body)

describe.each(['/chat', '/chat/stream'])('files in %s', (path) => {
  it('of any mix reach the model by their names, in their order', async () => {
    const letter = new Document({
      sections: [{ children: [new Paragraph('Dear Grace, the docx is here.')] }],
    })
    const response = await fetch(program.url + path, {
      method: 'POST',
      body: JSON.stringify({
        message: 'What is all this?',
        images: [url('image/png', png(8, 6))],
        files: [
          { name: 'paper.pdf', data: url('application/pdf', await pdf('Page about apples.', 'Page two.')) },
          { name: 'letter.docx', data: url('application/octet-stream', await Packer.toBuffer(letter)) },
          { name: 'main.rs', data: url('text/plain', Buffer.from('fn main() {}')) },
          { name: 'note.ogg', data: url('audio/ogg', await sound()) },
        ],
      }),
    })
    expect(response.status).toBe(200)
    await response.text()
    const asked = given()
    const at = ['data:image/png', 'Page about apples', 'Dear Grace', 'fn main', 'The words in note.ogg']
    const places = at.map((words) => asked.indexOf(words))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    for (const name of ['paper.pdf', 'letter.docx', 'main.rs', 'note.ogg']) expect(asked).toContain(name)
  })

  /** Of the whole answer, or of the stream's end. */
  const answered = async (body: unknown) => {
    const response = await fetch(program.url + path, { method: 'POST', body: JSON.stringify(body) })
    const words = await response.text()
    const end = words.split('\n').findLast((line) => line.includes('"done":true')) ?? words
    return { status: response.status, ...JSON.parse(end.replace(/^data: /, '')) }
  }
  const executable = { name: 'run.exe', data: url('a/b', Buffer.from('MZ\0\0\0\x01\x02\x03\xff')) }
  const text = { name: 'a.txt', data: url('text/plain', Buffer.from('fine')) }

  it('that can’t be read, or are too many, are named in warnings, and the rest is answered', async () => {
    const broken = (await pdf('x')).subarray(0, 60)
    const cases: [Record<string, unknown>, RegExp][] = [
      [
        { files: [text, { name: 'cut.pdf', data: url('application/pdf', broken) }] },
        /^files\[1\]: `cut\.pdf`: /,
      ],
      [{ files: [executable, text] }, /^files\[0\]: `run\.exe`: /],
      [{ message: 'Still there?', files: [executable] }, /^files\[0\]: `run\.exe`: /],
      [
        { files: [{ name: 'a', data: 'data:text/plain;base64,' }, text] },
        /^files\[0\]: `a`: the file is empty/,
      ],
      [{ files: Array.from({ length: 11 }, () => text) }, /^files\[10\]: .*10 files/],
      [{ message: 'x', images: [text.data] }, /^images\[0\]: .*no picture/],
      [
        { images: [url('image/png', png(2, 2))], files: Array.from({ length: 12 }, () => text) },
        /^files\[9\]: .*10 files/,
      ],
      [
        { images: Array.from({ length: 21 }, (_, i) => `https://example.org/${i}.png`) },
        /^images\[20\]: left out; at most 20/,
      ],
    ]
    const shifted = [...Array.from({ length: 22 }, (_, i) => `https://example.org/${i}.png`), text.data]
    const left = [/^images\[20\]/, /^images\[21\]/, /^images\[22\]: .*no picture/]
    expect(await answered({ message: 'x', images: shifted })).toMatchObject({
      warnings: left.map((words) => expect.stringMatching(words)),
    })
    for (const [body, words] of cases) {
      expect(await answered(body)).toMatchObject({ status: 200, warnings: [expect.stringMatching(words)] })
    }
    await answered({ message: 'Still there?', files: [executable] })
    expect(given()).toMatch(/Still there\?.*An attached file could not be read. files\[0\]: `run\.exe`/)
  })

  it('are refused where nothing is left to be asked, or their address is none', async () => {
    const calls = fake.ledger.length
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ files: [executable] }, /^files\[0\]: `run\.exe`: /],
      [{ message: ' ', files: [executable], images: [text.data] }, /^images\[0\]: .* files\[0\]: `run/],
      [{ files: [{ name: 'a', data: 'https://example.org/a' }] }, /^files\[0\]\.data: takes data URLs/],
      [
        { message: 'x', files: [{ name: 'a', data: 'data:text/plain;base64,@' }] },
        /^files\[0\]\.data: is not valid base64/,
      ],
      [{ files: [{ name: '', data: text.data }] }, /^files\[0\]\.name: is empty/],
    ]
    for (const [body, words] of cases)
      expect(await answered(body)).toMatchObject({ status: 400, error: expect.stringMatching(words) })
    expect(fake.ledger.length).toBe(calls)
  })

  it.each([
    ['in plain words', 'data:,Plain%20words%2C%20100%25', 'Plain words, 100%'],
    ['in words of a type', 'data:text/plain;charset=utf-8,Gr%C3%BC%C3%9Fe', 'Grüße'],
    [
      'with line breaks',
      `data:text/plain;base64,${Buffer.from('Broken into lines').toString('base64').replaceAll(/.{8}/g, '$&\r\n')}`,
      'Broken into lines',
    ],
    [
      'in capitals',
      `DATA:TEXT/PLAIN;BASE64,${Buffer.from('Loud letters').toString('base64')}`,
      'Loud letters',
    ],
  ])('may be data URLs %s', async (_, data, words) => {
    expect(await answered({ files: [{ name: 'a.txt', data }] })).toMatchObject({ status: 200 })
    expect(given()).toContain(words)
  })
})

it('says in warnings what was left out of a long file, and takes files without words', async () => {
  const lines = 'A line of a long text.\n'.repeat(20_000)
  const { status, body } = await chat({
    message: '',
    files: [{ name: 'long.txt', data: url('text/plain', Buffer.from(lines)) }],
  })
  expect(status).toBe(200)
  expect(body.warnings).toEqual([expect.stringMatching(/^files\[0\]: .*long\.txt/)])
})
