import { readFileSync } from 'node:fs'
import { encode as encodeBmp } from 'bmp-ts'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { mediaChildDesk, refusal } from './media-child-desk.ts'

const desk = mediaChildDesk()

/** Red on the left, blue on the right, as a photo would be: with a little noise. */
function halves(width = 60, height = 40): Sharp {
  const pixels = Buffer.alloc(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const noise = (at * 7919) % 13
    pixels.set(at % width < width / 2 ? [240 - noise, noise, 0] : [0, noise, 240 - noise], at * 3)
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

/** Red, green, blue of one point, given in parts of the whole. */
async function colour(bytes: Uint8Array, x: number, y: number): Promise<'red' | 'blue' | 'other'> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
  const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3)
  if (red > 180 && green < 80 && blue < 80) return 'red'
  return blue > 180 && green < 80 && red < 80 ? 'blue' : 'other'
}

describe('a picture that vision takes', () => {
  it.each([
    ['image/png', () => halves().png()],
    ['image/jpeg', () => halves().jpeg()],
    ['image/webp', () => halves().webp()],
    ['image/gif', () => halves().gif()],
  ])('stays as it is, byte for byte: %s', async (type, make) => {
    const bytes = await make().toBuffer()
    const read = await desk.picture(bytes, type)
    expect(read).toMatchObject({ type, width: 60, height: 40, frames: 1 })
    expect(Buffer.from(read.bytes).equals(bytes)).toBe(true)
  })

  it('is turned upright, and loses place and camera', async () => {
    const bytes = await halves()
      .withExif({ IFD0: { Model: 'SecretCam' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(bytes.includes('Exif')).toBe(true)
    const read = await desk.picture(bytes, 'image/jpeg')
    expect(read).toMatchObject({ type: 'image/jpeg', width: 40, height: 60 })
    expect(Buffer.from(read.bytes).includes('Exif')).toBe(false)
    expect(Buffer.from(read.bytes).includes('SecretCam')).toBe(false)
    expect(await colour(read.bytes, 0.5, 0.2)).toBe('red')
    expect(await colour(read.bytes, 0.5, 0.8)).toBe('blue')
  })

  it('loses place and camera also where it is upright', async () => {
    const bytes = await halves()
      .withExif({ IFD0: { Model: 'SecretCam' } })
      .webp()
      .toBuffer()
    expect(bytes.includes('SecretCam')).toBe(true)
    const read = await desk.picture(bytes, 'image/webp')
    expect(Buffer.from(read.bytes).includes('SecretCam')).toBe(false)
  })

  it('made for printers becomes one for screens', async () => {
    const read = await desk.picture(await halves().toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg')
    expect((await sharp(read.bytes).metadata()).space).toBe('srgb')
  })

  it('is scaled down to the longest edge, and never up', async () => {
    const bytes = await halves(3000, 1500).jpeg().toBuffer()
    expect(await desk.picture(bytes, 'image/jpeg')).toMatchObject({ width: 2048, height: 1024 })
    const read = await desk.picture(await halves(60, 40).tiff().toBuffer(), 'image/tiff')
    expect(read).toMatchObject({ width: 60, height: 40 })
  })

  it('is made smaller until it fits into the bytes', async () => {
    const bytes = await sharp({
      create: {
        ...{ width: 800, height: 800, channels: 3, background: '#888' },
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
    expect(bytes.length).toBeGreaterThan(1_000_000)
    const read = await desk.picture(bytes, 'image/png', { most: 60_000 })
    expect(read.type).toBe('image/jpeg')
    expect(read.bytes.length).toBeLessThanOrEqual(60_000)
  })

  it('keeps what is transparent', async () => {
    const bytes = await sharp({
      create: { width: 3000, height: 30, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer()
    const read = await desk.picture(bytes, 'image/png')
    expect(read).toMatchObject({ type: 'image/png', width: 2048 })
    expect((await sharp(read.bytes).stats()).isOpaque).toBe(false)
  })

  it('shows the first frame of an animation, and says how many there are', async () => {
    const frames = Buffer.alloc(20 * 60 * 3, 0)
    for (let at = 0; at < 20 * 20; at++) frames.set([255, 0, 0], at * 3)
    const film = sharp(frames, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } })
    for (const [type, bytes] of [
      ['image/gif', await film.clone().gif().toBuffer()],
      ['image/webp', await film.clone().webp({ lossless: true }).toBuffer()],
    ] as const) {
      const read = await desk.picture(bytes, type)
      // The second and third are alike, which a GIF may put together.
      expect(read).toMatchObject({ width: 20, height: 20 })
      expect(read.frames).toBeGreaterThan(1)
      expect(await colour(read.bytes, 0.5, 0.5)).toBe('red')
    }
  })
})

describe('a picture of another kind', () => {
  it.each([
    ['image/tiff', () => halves().tiff().toBuffer()],
    ['image/avif', () => halves().avif().toBuffer()],
    ['image/bmp', async () => bmp(await halves().ensureAlpha().raw().toBuffer(), 60, 40)],
    [
      'image/svg+xml',
      async () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="30" height="40" fill="#f00"/><rect x="30" width="30" height="40" fill="#00f"/></svg>',
        ),
    ],
  ])('becomes one that vision takes: %s', async (type, make) => {
    const read = await desk.picture(await make(), type)
    expect(['image/png', 'image/jpeg']).toContain(read.type)
    expect(read.width / read.height).toBeCloseTo(1.5)
    expect(await colour(read.bytes, 0.25, 0.5)).toBe('red')
    expect(await colour(read.bytes, 0.75, 0.5)).toBe('blue')
  })

  it('may be a phone’s HEIC, which is turned upright', async () => {
    const bytes = readFileSync(new URL('../files/turned.heic', import.meta.url))
    const read = await desk.picture(bytes, 'image/heic')
    expect(read).toMatchObject({ type: 'image/jpeg', width: 48, height: 64, frames: 1 })
    expect((await sharp(read.bytes).stats()).channels[0]?.stdev).toBeGreaterThan(10)
  })

  it('is drawn large where it is an icon, on white, and loads nothing from elsewhere', async () => {
    const secret = desk.file(await halves().png().toBuffer())
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 24 24">
      <image xlink:href="file://${secret}" width="24" height="24"/><image href="${secret.split('/').at(-1)}" width="24" height="24"/></svg>`
    const read = await desk.picture(Buffer.from(drawing), 'image/svg+xml')
    expect(Math.max(read.width, read.height)).toBe(768)
    const { channels } = await sharp(read.bytes).stats()
    expect(channels.slice(0, 3).map(({ min }) => min)).toEqual([255, 255, 255])
  })

  it('is refused by name where nothing reads it', async () => {
    expect(await refusal(desk.picture(Buffer.from('icon'), 'image/x-icon'))).toEqual({
      kind: 'unsupported',
      words: 'I can’t read pictures of this kind (image/x-icon); send it as PNG or JPEG',
    })
  })

  it('is not drawn as SVG where its type says otherwise', async () => {
    const bytes = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    expect(await refusal(desk.picture(bytes, 'image/png'))).toMatchObject({ kind: 'broken' })
  })
})

describe('a damaged or hostile picture', () => {
  it('of 50,000 × 50,000 pixels is refused by its header', async () => {
    expect(await refusal(desk.picture(png(50_000, 50_000, new Uint8Array(20)), 'image/png'))).toEqual({
      kind: 'too_large',
      words: '50000×50000 pixels are more than the 50 million I can take',
    })
    const header = bmp(Buffer.alloc(4), 1, 1)
    header.writeInt32LE(50_000, 18)
    header.writeInt32LE(-50_000, 22)
    expect(await refusal(desk.picture(header, 'image/bmp'))).toMatchObject({ kind: 'too_large' })
  })

  it('that was cut off shows what there is', async () => {
    const bytes = await halves(600, 400).jpeg().toBuffer()
    const read = await desk.picture(bytes.subarray(0, bytes.length * 0.7), 'image/jpeg')
    expect(read).toMatchObject({ type: 'image/jpeg', width: 600, height: 400 })
    expect(await colour(read.bytes, 0.25, 0.2)).toBe('red')
    // Whole again: what a provider gets it can decode.
    await expect(sharp(read.bytes, { failOn: 'warning' }).raw().toBuffer()).resolves.toBeDefined()
  })

  it.each([
    ['a header and nothing', async () => headerOf(await halves(600, 400).jpeg().toBuffer())],
    ['noise after the first bytes', async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...noise(3000)])],
  ])('is refused where nothing can be seen: %s', async (_what, make) => {
    expect(await refusal(desk.picture(await make(), 'image/jpeg'))).toEqual({
      kind: 'broken',
      words: 'it can’t be read as a picture: it is damaged or cut off',
    })
  })

  it.each(['image/heic', 'image/bmp', 'image/avif', 'image/tiff', 'image/svg+xml'])(
    'is refused in words: noise as %s',
    async (type) => {
      expect(await refusal(desk.picture(Buffer.from(noise(500)), type))).toMatchObject({ kind: 'broken' })
    },
  )

  it('with something hidden behind it goes on without that', async () => {
    const bytes = Buffer.concat([await halves().png().toBuffer(), Buffer.from('PK and a whole archive')])
    const read = await desk.picture(bytes, 'image/png')
    expect(Buffer.from(read.bytes).includes('archive')).toBe(false)
  })

  it('of no bytes is called empty', async () => {
    expect(await refusal(desk.picture(Buffer.alloc(0), 'image/png'))).toEqual({
      kind: 'empty',
      words: 'the file is empty',
    })
  })
})

/** Up to the first byte of the scan (marker SOS, which ends with its 12 bytes). */
const headerOf = (jpeg: Buffer): Buffer => jpeg.subarray(0, jpeg.indexOf(Buffer.from([0xff, 0xda])) + 14)

const noise = (length: number): number[] =>
  Array.from({ length }, (_, at) => (at * 7919 + (at * at) / 3) & 0xff)

/** The library takes alpha, blue, green, red. */
function bmp(rgba: Buffer, width: number, height: number): Buffer {
  const data = Buffer.alloc(rgba.length)
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    data.set([255, rgba[at + 2] ?? 0, rgba[at + 1] ?? 0, rgba[at] ?? 0], at)
  }
  return encodeBmp({ data, width, height, bitPP: 24 }).data
}
