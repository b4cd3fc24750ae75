import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createMediaTools } from '../../adapters/media/media-tools.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { silentLog } from '../../src/observe/log.ts'
import { ffmpegHere } from '../fakes/ffmpeg.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-sounds-'))
const tools = createMediaTools({ clock: systemClock(), log: silentLog() })
afterAll(async () => {
  await tools.close()
  rmSync(folder, { recursive: true, force: true })
})

const u32 = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * i)
  return bytes
}
const zeros = (length: number): Buffer => Buffer.alloc(length)
const box = (type: string, ...inside: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(inside)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type), body])
}

/** ALAC in an M4A file (ISO 14496-12): so many samples of a byte each are claimed, and there are 20,000. */
function claiming(samples: number): Buffer {
  const rate = 44_100
  const shape = Buffer.from([0, 16, 40, 10, 14, 2, 0, 255])
  const alac = box('alac', u32(0, 4096), shape, u32(0, 0, rate))
  const entry = box('alac', u32(0, 1, 0, 0, 0x20010, 0, rate * 65_536), alac)
  const tables = [
    box('stsd', u32(0, 1), entry),
    box('stts', u32(0, 1, samples, 2)),
    box('stsc', u32(0, 1, 1, samples, 1)),
    box('stsz', u32(0, 1, samples)),
    box('stco', u32(0, 1, 1000)),
  ]
  const media = box(
    'mdia',
    box('mdhd', u32(0, 0, 0, rate, rate, 0x55c40000)),
    box('hdlr', u32(0, 0), Buffer.from('soun'), zeros(14)),
    box('minf', box('smhd', zeros(8)), box('stbl', ...tables)),
  )
  const track = box('trak', box('tkhd', u32(7, 0, 0, 1, 0, rate), zeros(60)), media)
  const film = box('moov', box('mvhd', u32(0, 0, 0, rate, rate), zeros(80)), track)
  return Buffer.concat([
    box('ftyp', Buffer.from('M4A \0\0\0\0isommp42')),
    film,
    box('mdat', Buffer.alloc(20_000, 1)),
  ])
}

test.skipIf(!ffmpegHere)(
  'a sound of 20 KB that claims 80 million samples is given no memory for them (skipped: no ffmpeg)',
  async () => {
    const path = join(folder, 'claims.m4a')
    await writeFile(path, claiming(80_000_000))
    await expect(tools.sound(path, AbortSignal.timeout(10_000))).rejects.toMatchObject({ kind: 'broken' })
  },
)
