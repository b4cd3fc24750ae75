import { Problem } from './problem.ts'

/** One field of a form. Its body is to be read before the next field comes; what is left of it is passed over. */
export interface Field {
  readonly name: string
  /** null: it is no file. */
  readonly filename: string | null
  readonly body: AsyncIterable<Uint8Array>
}

/** Bytes of one field's header, and fields of one form. */
const headerLimit = 16_384
const fieldLimit = 20

const headerEnd = Buffer.from('\r\n\r\n')

/** The fields of `multipart/form-data` (RFC 7578) as they arrive; throws a `Problem` (400) in words. */
export function multipart(
  contentType: string | undefined,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Field> {
  return fieldsIn(Buffer.from(`\r\n--${boundaryOf(contentType)}`), chunks)
}

async function* fieldsIn(
  delimiter: Buffer,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Field, void, void> {
  const source = createSource(chunks)
  await drained(source.upTo(delimiter))
  for (let count = 0; ; count++) {
    const next = (await source.take(2)).toString('latin1')
    if (next === '--') return
    if (count === fieldLimit) throw new Problem(400, `The form has more than ${fieldLimit} fields.`)
    if (next !== '\r\n') throw broken()
    source.putBack(Buffer.from('\r\n'))
    const header = await gathered(source.upTo(headerEnd), headerLimit)
    const body = (await isEmpty(source, delimiter)) ? nothing() : source.upTo(delimiter)
    yield { ...namesIn(header), body }
    await drained(body)
  }
}

/** A form's field as text. */
export async function textOf(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  return (await gathered(body, limit)).toString('utf8')
}

/** Of an empty body the boundary's line break is the one that ends the header; then the boundary is taken. */
async function isEmpty(source: Source, delimiter: Buffer): Promise<boolean> {
  const withoutBreak = delimiter.subarray(2)
  const begin = await source.take(withoutBreak.length)
  if (begin.equals(withoutBreak)) return true
  source.putBack(begin)
  return false
}

async function* nothing(): AsyncGenerator<Buffer, void, void> {}

function boundaryOf(contentType = ''): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (/^multipart\/form-data\s*;/i.test(contentType) && boundary !== undefined) return boundary
  throw new Problem(400, 'Send a form: multipart/form-data with the recording in the field "file".')
}

interface Source {
  /** What comes before the delimiter, which is taken too. */
  upTo(delimiter: Buffer): AsyncGenerator<Buffer, void, void>
  take(count: number): Promise<Buffer>
  putBack(bytes: Buffer): void
}

function createSource(chunks: AsyncIterable<Uint8Array>): Source {
  const coming = chunks[Symbol.asyncIterator]()
  // The first boundary may stand at the very beginning, without the line break that is a part of all others.
  let held = Buffer.from('\r\n')

  async function more(): Promise<void> {
    const next = await coming.next()
    if (next.done) throw broken()
    held = Buffer.concat([held, next.value])
  }

  return {
    async *upTo(delimiter) {
      for (;;) {
        const at = held.indexOf(delimiter)
        // The delimiter may have begun in what is held.
        const sure = at >= 0 ? at : Math.max(0, held.length - delimiter.length + 1)
        const ready = held.subarray(0, sure)
        held = held.subarray(at >= 0 ? at + delimiter.length : sure)
        if (ready.length > 0) yield ready
        if (at >= 0) return
        await more()
      }
    },
    async take(count) {
      while (held.length < count) await more()
      const taken = held.subarray(0, count)
      held = held.subarray(count)
      return taken
    },
    putBack: (bytes) => {
      held = Buffer.concat([bytes, held])
    },
  }
}

function namesIn(header: Buffer): { name: string; filename: string | null } {
  const line = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(header.toString('utf8'))?.[1] ?? ''
  const of = (key: string): string | null => {
    const [, quoted, plain] =
      new RegExp(`;\\s*${key}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(line) ?? []
    return quoted?.replaceAll(/\\(.)/g, '$1').replaceAll('%22', '"') ?? plain ?? null
  }
  const name = of('name')
  if (name === null) throw broken()
  return { name, filename: of('filename') }
}

async function gathered(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw new Problem(413, `A field of the form is longer than ${limit} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function drained(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

const broken = (): Problem =>
  new Problem(400, 'The form is broken off or not well made: a boundary or a field’s name is missing.')
