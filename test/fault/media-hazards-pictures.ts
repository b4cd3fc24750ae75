import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { png } from '../fakes/png.ts'
import { zip } from '../unit/media-zip.ts'
import { bomb, type Hazard, padded, u16le, u32, u32le } from './media-hazard.ts'
import { large } from './media-world.ts'

const MB = 1024 * 1024
const most = 20 * MB

const fixture = (name: string): Buffer => readFileSync(new URL(`../files/${name}`, import.meta.url))

export async function jpeg(width = 64, height = 48, sigma = 30): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const noise = { type: 'gaussian', mean: 128, sigma } as const
  return sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .jpeg()
    .toBuffer()
}

/** Decoders hold all of it at once. */
async function stepwise(): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  return sharp(await jpeg(800, 600))
    .resize(8000, 6000)
    .jpeg({ progressive: true })
    .toBuffer()
}

export async function picture(format: 'webp' | 'tiff' | 'avif' | 'gif'): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  return sharp(await jpeg())
    .toFormat(format)
    .toBuffer()
}

/** Its header says so large, its data is small and whole. */
async function lyingJpeg(width: number, height: number): Promise<Buffer> {
  const bytes = Buffer.from(await jpeg())
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(height, frame + 5)
  bytes.writeUInt16BE(width, frame + 7)
  return bytes
}

export function gif(frames: number, screen = [16, 16]): Buffer {
  const head = Buffer.from([...Buffer.from('GIF89a'), ...u16le(screen[0]!), ...u16le(screen[1]!), 0x80, 0, 0])
  const colours = Buffer.from([0, 0, 0, 255, 255, 255])
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
  return Buffer.concat([head, colours, ...Array(frames).fill(frame), Buffer.from([0x3b])])
}

const svg = (inside: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100">${inside}</svg>`

function laughs(): string {
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`)
  return svg('<text>&l12;</text>', `<!DOCTYPE svg [<!ENTITY l0 "lol">${entities.join('')}]>`)
}

const nested = (open: string, close: string, depth: number, inside: string): string =>
  open.repeat(depth) + inside + close.repeat(depth)

/** A TIFF whose one directory is behind itself. */
const tiffLoop = (): Buffer => {
  const entry = (tag: number, type: number, value: number) =>
    Buffer.concat([u16le(tag), u16le(type), u32le(1), u32le(value)])
  const entries = [entry(256, 4, 8), entry(257, 4, 8), entry(258, 3, 8), entry(262, 3, 1), entry(273, 4, 8)]
  return Buffer.concat([Buffer.from('II*\0'), u32le(8), u16le(entries.length), ...entries, u32le(8)])
}

const bmp = (width: number, height: number, bits = 24, compression = 0): Buffer =>
  Buffer.concat([
    ...[Buffer.from('BM'), u32le(100), u32le(0), u32le(54), u32le(40), u32le(width), u32le(height)],
    ...[u16le(1), u16le(bits), u32le(compression), Buffer.alloc(20), Buffer.alloc(64, 7)],
  ])

const damaged = /can’t be read|can't be read/

export const pictureHazards: readonly Hazard[] = [
  { what: 'a picture of no bytes', name: 'a.png', body: () => Buffer.alloc(0), ends: /the file is empty/ },
  {
    what: 'a picture of one byte less than it may have',
    name: 'a.png',
    body: () => padded(png(4, 4), most - 1),
    ends: 'read',
    rare: true,
  },
  {
    what: 'a picture of just the bytes it may have',
    name: 'a.png',
    body: () => padded(png(4, 4), most),
    ends: 'read',
  },
  {
    what: 'a picture of one byte more',
    name: 'a.png',
    body: () => padded(png(4, 4), most + 1),
    ends: /larger than the 20\.0 MB/,
  },
  {
    what: 'a picture that claims little and has no end',
    name: 'a.png',
    claims: 100,
    body: () => large(png(4, 4), Number.POSITIVE_INFINITY),
    ends: /larger than the 20\.0 MB/,
  },
  {
    what: 'a picture that claims gigabytes and has none',
    name: 'a.png',
    claims: 4096 * MB,
    body: () => png(4, 4),
    ends: /4096\.0 MB is more than/,
  },
  {
    what: 'a program called a picture',
    name: 'a.png',
    type: 'image/png',
    body: () => padded(Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), 900),
    ends: /can’t read this kind of file/,
  },
  {
    what: 'a web page called a picture',
    name: 'a.png',
    type: 'image/png',
    body: () => '<!doctype html><html><script>alert(1)</script>',
    ends: /a web page came in its place/,
  },
  { what: 'a PNG called a sound', name: 'a.mp3', type: 'audio/mpeg', body: () => png(4, 4), ends: 'read' },
  {
    what: 'a PNG of 50,000 by 50,000 with little data',
    name: 'a.png',
    body: () => png(50_000, 50_000, deflateSync(Buffer.alloc(100))),
    ends: /50000×50000 pixels/,
  },
  {
    what: 'a PNG of just too many pixels',
    name: 'a.png',
    body: () => png(10_000, 5_001, bomb(Buffer.alloc(MB), 50)),
    ends: /10000×5001 pixels/,
    rare: true,
  },
  {
    what: 'a PNG of 49 million pixels, packed to nothing',
    name: 'a.png',
    body: () => png(7_000, 7_000, bomb(Buffer.alloc(MB), 48)),
    ends: 'either',
  },
  {
    what: 'a PNG of no width',
    name: 'a.png',
    body: () => png(0, 5, Buffer.alloc(1)),
    ends: damaged,
    rare: true,
  },
  {
    what: 'a PNG with far more data than pixels',
    name: 'a.png',
    body: () => png(8, 8, bomb(Buffer.alloc(MB), 2_000)),
    ends: 'either',
  },
  {
    what: 'a PNG with a colour profile that unpacks to a gigabyte',
    name: 'a.png',
    body: () => profiled(bomb(Buffer.alloc(MB), 1_000)),
    ends: 'either',
  },
  {
    what: 'a PNG with a ZIP behind it',
    name: 'a.png',
    body: () => Buffer.concat([png(4, 4), zip([{ name: 'x', data: Buffer.from('x') }])]),
    ends: 'read',
  },
  {
    what: 'a JPEG that says 65,500 by 65,500',
    name: 'a.jpg',
    body: () => lyingJpeg(65_500, 65_500),
    ends: /65500×65500 pixels/,
  },
  {
    what: 'a JPEG that says 7,000 by 7,000',
    name: 'a.jpg',
    body: () => lyingJpeg(7_000, 7_000),
    ends: 'either',
  },
  {
    what: 'a photo of 48 million pixels, written to appear in steps',
    name: 'a.jpg',
    body: stepwise,
    ends: 'either',
    rare: true,
  },
  { what: 'a GIF of 10,000 frames', name: 'a.gif', body: () => gif(10_000), ends: 'read' },
  {
    what: 'a GIF that says 65,535 by 65,535',
    name: 'a.gif',
    body: () => gif(1, [65_535, 65_535]),
    ends: /65535×65535 pixels/,
  },
  {
    what: 'a GIF of 7,000 by 7,000 and 2,000 frames',
    name: 'a.gif',
    body: () => gif(2_000, [7_000, 7_000]),
    ends: 'either',
  },
  {
    what: 'a GIF that is a script as well',
    name: 'a.gif',
    body: () => Buffer.from('GIF89a/*\0\0\0\0\0*/=1;alert(document.cookie)//;', 'latin1'),
    ends: damaged,
  },
  { what: 'an SVG of a billion laughs', name: 'a.svg', body: laughs, ends: 'either' },
  {
    what: 'an SVG that asks for a file',
    name: 'a.svg',
    body: () => svg('<text>&e;</text>', '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    ends: 'either',
  },
  {
    what: 'an SVG of a billion units',
    name: 'a.svg',
    body: () =>
      svg('<rect width="9" height="9"/>').replace(
        'width="100" height="100"',
        'width="1000000000" height="1000000000"',
      ),
    ends: 'either',
  },
  {
    what: 'an SVG of 50,000 groups in each other',
    name: 'a.svg',
    body: () => svg(nested('<g>', '</g>', 50_000, '<rect width="9" height="9"/>')),
    ends: 'either',
  },
  {
    what: 'an SVG that draws itself a billion times',
    name: 'a.svg',
    body: () =>
      svg(
        `<g id="g0"><rect width="9" height="9"/></g>${Array.from({ length: 9 }, (_, i) => `<g id="g${i + 1}">${`<use xlink:href="#g${i}"/>`.repeat(10)}</g>`).join('')}`,
      ),
    ends: 'either',
    rare: true,
  },
  {
    what: 'an SVG with a blur over everything',
    name: 'a.svg',
    body: () =>
      svg(
        `<filter id="f"><feGaussianBlur stdDeviation="900000"/><feTurbulence numOctaves="900" baseFrequency="9"/></filter>${'<rect width="100" height="100" filter="url(#f)"/>'.repeat(100)}`,
      ),
    ends: 'either',
    rare: true,
  },
  { what: 'a TIFF whose directory leads to itself', name: 'a.tiff', body: tiffLoop, ends: 'either' },
  {
    what: 'a BMP of 7,000 by 7,000 that has no pixels',
    name: 'a.bmp',
    body: () => bmp(7_000, 7_000),
    ends: 'either',
  },
  {
    what: 'a BMP of 2 billion by 1',
    name: 'a.bmp',
    body: () => bmp(2_000_000_000, 1),
    ends: /2000000000×1 pixels/,
  },
  {
    what: 'a packed BMP without an end',
    name: 'a.bmp',
    body: () => bmp(7_000, 7_000, 8, 1),
    ends: 'either',
    rare: true,
  },
  {
    what: 'a HEIC cut through',
    name: 'a.heic',
    body: () => fixture('turned.heic').subarray(0, 700),
    ends: 'either',
  },
]

/** A PNG with a packed colour profile before its pixels. */
function profiled(data: Buffer): Buffer {
  const bytes = png(8, 8)
  const body = Buffer.concat([Buffer.from('iCCPx\0\0', 'latin1'), data])
  // Its sum is wrong as well; decoders differ in how much they mind.
  const chunk = Buffer.concat([u32(body.length - 4), body, u32(0)])
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)])
}
