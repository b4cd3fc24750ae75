import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { docxOf, pdfOf } from './media-hazards-documents.ts'
import { readingWorld } from './media-world.ts'

const world = readingWorld()
const folder = mkdtempSync(join(tmpdir(), 'parley-references-'))
let visits = 0
/** Nobody may come here. */
const server = createServer((_, response) => {
  visits++
  response.end(png(90, 90))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const inside = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
const own = join(folder, 'own.png')
writeFileSync(own, png(90, 90))

afterAll(async () => {
  await world.close()
  server.close()
  rmSync(folder, { recursive: true })
})

const svg = (inner: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100"><rect width="9" height="9"/>${inner}</svg>`

const image = (address: string): string =>
  `<image width="90" height="90" href="${address}" xlink:href="${address}"/>`

it.each([
  ['a picture inside', image(inside)],
  ['a picture on this machine', image(`file://${own}`)],
  ['a picture by its path', image(own)],
  ['a style sheet', `<style>@import url(${inside});</style>`],
  ['another drawing', `<use href="${inside}#a" xlink:href="${inside}#a"/>`],
  ['a filter’s picture', `<filter id="f"><feImage href="file://${own}" xlink:href="${inside}"/></filter>`],
  [
    'a text by XInclude',
    `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="${inside}"/>`,
  ],
])('an SVG that refers to %s is drawn without it', async (_, inner) => {
  const [plain, other] = await world.read([
    { name: 'plain.svg', body: svg('') },
    { name: 'other.svg', body: svg(inner) },
  ])
  expect(plain?.kind).toBe('read')
  const bytes = [plain, other].map((one) => {
    const part = one?.kind === 'read' ? one.parts[0] : null
    return part?.kind === 'image' && part.image.kind === 'bytes' ? Buffer.from(part.image.bytes) : null
  })
  if (bytes[1] !== null) expect(bytes[1]?.equals(bytes[0]!)).toBe(true)
  expect(visits).toBe(0)
})

it('documents that refer to elsewhere bring nothing of it', async () => {
  const entity = `<!DOCTYPE x [<!ENTITY e SYSTEM "file://${own}"><!ENTITY h SYSTEM "${inside}">]>`
  const action = `<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\("${inside}"\\))>>/AA<</WC<</S/URI/URI(${inside})>>>>>>`
  await world.read([
    { name: 'a.svg', body: svg('<text>&e;&h;</text>', entity) },
    { name: 'a.docx', body: docxOf('<w:p><w:r><w:t>&e;&h;</w:t></w:r></w:p>', undefined, entity) },
    {
      name: 'a.pdf',
      body: pdfOf([
        action,
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
      ]),
    },
    { name: 'a.m3u8', body: `#EXTM3U\n#EXTINF:1,\n${inside}\n` },
    { name: 'a.html', body: `<!doctype html><html><img src="${inside}"></html>` },
  ])
  expect(visits).toBe(0)
})
