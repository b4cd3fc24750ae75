import { readFileSync } from 'node:fs'
import { encode as encodeBmp } from 'bmp-ts'
import sharp, { type Sharp } from 'sharp'
import { expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { atHome, ended, lastParts, picturesIn, told } from './discord-media-telling.ts'
import { asked, finished } from './discord-watching.ts'

/** Red on the left, blue on the right. */
function halves(width = 60, height = 40): Sharp {
  const pixels = Buffer.alloc(width * height * 3)
  for (let at = 0; at < width * height; at++)
    pixels.set(at % width < width / 2 ? [240, 0, 0] : [0, 0, 240], at * 3)
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="red"/></svg>'

const bmp = async () => {
  const rgba = await halves().ensureAlpha().raw().toBuffer()
  const abgr = Buffer.from(rgba.map((_, at) => rgba[at - (at % 4) + 3 - (at % 4)]!))
  return encodeBmp({ data: abgr, width: 60, height: 40, bitCount: 24 } as never).data
}

const one = (name: string, bytes: Uint8Array, type = 'application/octet-stream') => ({ name, bytes, type })

it('pictures of every kind come to the model upright, in a form that it takes, and without what a camera wrote', async () => {
  const stage = await atHome()
  const photo = await halves()
    .withExif({ IFD0: { Model: 'SecretCam' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  expect(photo.includes('SecretCam')).toBe(true)
  const files = [
    one('photo.jpg', photo, 'image/jpeg'),
    one('phone.heic', readFileSync(new URL('../files/turned.heic', import.meta.url)), 'image/heic'),
    one('scan.tiff', await halves().tiff().toBuffer(), 'image/tiff'),
    one('old.bmp', await bmp(), 'image/bmp'),
    one('drawing.svg', Buffer.from(svg), 'image/svg+xml'),
    one('large.jpg', await halves(3000, 1500).jpeg().toBuffer(), 'image/jpeg'),
  ]
  stage.ann.says('dm', 'what are these?', { files })
  const answer = await finished(stage, 'dm', /I see 6 image/, stage.ann)
  expect(answer.content).not.toContain('>')
  const pictures = picturesIn(lastParts(asked(stage)[0]))
  const sizes = await Promise.all(
    pictures.map(async (bytes) => {
      const { width, height, format, exif } = await sharp(bytes).metadata()
      expect(exif).toBeUndefined()
      expect(['png', 'jpeg', 'webp']).toContain(format)
      return `${width}×${height}`
    }),
  )
  expect(sizes).toEqual(['40×60', '48×64', '60×40', '60×40', expect.stringMatching(/^\d+×\d+$/), '2048×1024'])
  const { data } = await sharp(pictures[0]).raw().toBuffer({ resolveWithObject: true })
  // Turned: what was left is above.
  expect([data[0]! > 180, data[2]! < 80, data.at(-1)! > 180, data.at(-3)! < 80]).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(told(asked(stage)[0])).not.toContain('SecretCam')
})

it('of an animation the first frame is seen, which is said', async () => {
  const stage = await atHome()
  const frames = Buffer.alloc(20 * 60 * 3)
  for (let at = 0; at < 20 * 20; at++) frames.set([255, 0, 0], at * 3)
  for (let at = 20 * 20; at < 20 * 40; at++) frames.set([0, 255, 0], at * 3)
  const gif = await sharp(frames, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } })
    .gif()
    .toBuffer()
  stage.ann.says('dm', 'what moves?', { files: [one('dance.gif', gif, 'image/gif')] })
  const answer = await finished(stage, 'dm', /I see 1 image/, stage.ann)
  expect(answer.content).toMatch(/^> `dance\.gif`: I see only the first of its 3 frames\./)
})

it('what only calls itself a picture is named, and the question answered without it', async () => {
  const stage = await atHome()
  const files = [
    one('broken.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), 'image/jpeg'),
    one('good.png', png(4, 4), 'image/png'),
    one('bomb.png', png(50_000, 50_000, new Uint8Array(20)), 'image/png'),
  ]
  stage.ann.says('dm', 'look', { files })
  const answer = await finished(stage, 'dm', /I see 1 image/, stage.ann)
  expect(answer.content.split('\n\n')[0]!.split('\n')).toEqual([
    expect.stringMatching(/^> `broken\.jpg`: .*can’t be read as a picture/),
    expect.stringMatching(/^> `bomb\.png`: .*50000×50000 pixels/),
  ])
})

it('a picture is seen again in a follow-up question, also when its link has expired since', async () => {
  const stage = await atHome()
  const { discord, ann } = stage
  ann.says('dm', 'what is this?', { files: [one('cat.png', png(4, 4), 'image/png')] })
  await finished(stage, 'dm', /I see 1 image/, ann)
  await ended(stage, 1)
  discord.cdn.expireAll()
  ann.says('dm', 'and its colour?')
  await finished(stage, 'dm', /and its colour/, ann)
  expect(told(asked(stage).at(-1))).toContain('data:image/png;base64,')
})

it('of eleven files, some of them in the message that is asked about, ten are read, and the eleventh is named', async () => {
  const stage = await atHome()
  const { discord, channel, ann, bob, parley } = stage
  const notes = (from: number, until: number) =>
    Array.from({ length: until - from + 1 }, (_, index) =>
      one(`note-${from + index}.txt`, Buffer.from(`The word is w${from + index}.`), 'text/plain'),
    )
  const his = bob.says(channel, 'the others', { files: notes(6, 11) })
  const question = ann.says(channel, `${parley} first`, { files: notes(1, 5), replyTo: his })
  const thread = await discord.until(() => discord.threadOf(question))
  const answer = await finished(stage, thread, /first/)
  expect(answer.content).toMatch(/^> `note-11\.txt`: I read 10 files at a time; send the rest afterwards\./)
  expect(told(asked(stage)[0])).toContain('The word is w10.')
  expect(told(asked(stage)[0])).not.toContain('The word is w11.')
})
