import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { sniff } from '../../src/media/sniff.ts'
import { png } from '../fakes/png.ts'

const as = async (bytes: Uint8Array | string, name = 'file', type: string | null = null): Promise<string> => {
  const found = await sniff(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, { name, type })
  if (found.kind === 'unreadable') return found.why
  return found.kind === 'document' ? found.as : found.type
}

describe('what a file is', () => {
  it.each([
    ['a picture, whatever its name says', png(3, 2), 'notes.txt', 'image/png'],
    ['a drawing', '<?xml version="1.0"?>\n<!-- made by me -->\n<svg xmlns="…">', 'a.svg', 'image/svg+xml'],
    ['a PDF', '%PDF-1.7\n', 'a.jpg', 'pdf'],
    ['sound', `fLaC${' '.repeat(100)}`, 'a.txt', 'audio/flac'],
    ['a film', '\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom', 'a.mp3', 'video/mp4'],
    ['text', 'Grüße,\n\tyour friend\n', 'a.png', 'text'],
    ['text of an older encoding', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'a', 'text'],
    ['UTF-16', Buffer.from('\uFEFFhello', 'utf16le'), 'a.csv', 'text'],
    ['UTF-16 without its mark', Buffer.from('hello, you', 'utf16le'), 'a.csv', 'text'],
    ['XML', '<?xml version="1.0"?><note/>', 'a.xml', 'text'],
    ['a web page that was meant', '<!doctype html><p>hi', 'index.html', 'text'],
  ])('is %s', async (_, bytes, name, expected) => {
    expect((await as(bytes, name)).replace('x-flac', 'flac')).toBe(expected)
  })

  it.each([
    [
      'a web page in the place of a picture',
      '<!DOCTYPE html><title>Sign in</title>',
      'image/png',
      'a web page came',
    ],
    ['nothing', '', null, 'the file is empty'],
    ['a picture without a size', png(0, 4), null, 'can’t be read as a picture'],
    ['half a header', png(4, 4).subarray(0, 12), null, 'can’t tell'],
    ['a program', Buffer.from('\x7fELF\x02\x01\x01\x00', 'latin1'), null, 'can’t read this kind of file'],
    ['noise', Buffer.from([0, 1, 2, 3, 4, 0, 200, 7, 0, 9]), null, 'can’t tell what kind'],
    ['an icon', Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0]), null, 'it is image/x-icon'],
  ])('is said in words when it is %s', async (_, bytes, type, expected) => {
    expect(await as(bytes, 'file', type)).toContain(expected)
  })

  it('is decided by its first bytes when it is two at once', async () => {
    expect(await as(Buffer.concat([png(1, 1), Buffer.from('%PDF-1.7\n<html>')]))).toBe('image/png')
    expect(await as('%PDF-1.7\n<svg></svg>')).toBe('pdf')
  })

  it('is Word for a package that holds a Word document, and unreadable for any other', async () => {
    expect(await as(zip('word/document.xml'), 'a')).toBe('docx')
    expect(await as(zip('anything.txt'), 'a.zip')).toContain('application/zip')
  })

  it('is found at once, however many comments stand before the rest', async () => {
    const begun = performance.now()
    expect(await as('<!---->'.repeat(600), 'a.svg')).toBe('text')
    expect(performance.now() - begun).toBeLessThan(200)
  })
})

/** A package of one small file. */
function zip(name: string): Buffer {
  const data = deflateRawSync(Buffer.from('x'))
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(data.length, 18)
  header.writeUInt32LE(1, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name), data])
}
