import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multipart } from '../../adapters/web/multipart.ts'

const type = 'multipart/form-data; boundary=b-1'

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function fieldsOf(body: string | Uint8Array, size = 7, contentType = type) {
  const found: [string, string | null, string][] = []
  for await (const field of multipart(contentType, inPieces(Buffer.from(body), size))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of field.body) chunks.push(chunk)
    found.push([field.name, field.filename, Buffer.concat(chunks).toString('latin1')])
  }
  return found
}

const field = (name: string, value: string) =>
  `--b-1\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`

describe('a form', () => {
  it('comes out as it went in, however it is cut on its way', async () => {
    const value = fc
      .array(fc.constantFrom('\r\n', '--b-1', '-', '\r', '\n', 'a', '\xff', '\0', '--b-'), { maxLength: 12 })
      .map((parts) => parts.join(''))
      .filter((text) => !text.includes('\r\n--b-1') && !text.startsWith('--b-1'))
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        async (values, size) => {
          const body = `${values.map((text, i) => field(`name="f${i}"`, text)).join('')}--b-1--\r\n`
          const found = await fieldsOf(Buffer.from(body, 'latin1'), size)
          expect(found).toEqual(values.map((text, i) => [`f${i}`, null, text]))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('tells names in any spelling, and passes over what nobody reads', async () => {
    const body = [
      'a preamble\r\n',
      field('name="file"; filename="a \\"b\\" %22c.ogg"\r\nContent-Type: audio/ogg', 'OggS'),
      '--b-1\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=plain\r\n\r\n\r\n',
      '--b-1--\r\nepilogue',
    ].join('')
    expect(await fieldsOf(body)).toEqual([
      ['file', 'a "b" "c.ogg', 'OggS'],
      ['plain', null, ''],
    ])
    const names: string[] = []
    for await (const { name } of multipart(
      'multipart/form-data; boundary="b-1"',
      inPieces(Buffer.from(body), 3),
    ))
      names.push(name)
    expect(names).toEqual(['file', 'plain'])
  })

  it.each([
    ['', 'broken off'],
    ['--b-1', 'broken off'],
    ['--b-1\r\nContent-Disposition: form-data; name="file"\r\n\r\nnever ends', 'broken off'],
    ['--b-1\r\nContent-Disposition: attachment\r\n\r\n\r\n--b-1--', 'broken off'],
    [field('name="a"', 'x').repeat(21), 'more than 20 fields'],
    [`--b-1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'longer than 16384 bytes'],
  ])('that is not well made is refused in words: %.40j', async (body, words) => {
    await expect(fieldsOf(body)).rejects.toThrow(words)
  })

  it.each([undefined, 'application/json', 'multipart/form-data', 'multipart/mixed; boundary=x'])(
    'is asked for instead of %s',
    (given) => {
      expect(() => multipart(given, inPieces(new Uint8Array(), 1))).toThrow(
        'Send a form: multipart/form-data',
      )
    },
  )
})
