// Makes a HEIC picture: one HEVC frame by ffmpeg (libx265), put into the boxes of ISO/IEC 23008-12.
// node test/files/make-heic.mjs <width> <height> <quarter turns to the left> <to>
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [width, height, turns, to] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'heic-'))
const film = join(folder, 'frame.mp4')
execFileSync('ffmpeg', [
  ...['-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}`, '-frames:v', '1'],
  ...[
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=none:info=0',
    '-pix_fmt',
    'yuv420p',
    '-tag:v',
    'hvc1',
    film,
  ],
])
const mp4 = readFileSync(film)
rmSync(folder, { recursive: true })

/** A box's content, found by its name. */
const content = (name) => {
  const at = mp4.indexOf(name, 0, 'latin1')
  return mp4.subarray(at + 4, at - 4 + mp4.readUInt32BE(at - 4))
}
const u16 = (n) => Buffer.from([n >> 8, n & 255])
const u32 = (n) => Buffer.concat([u16(n >>> 16), u16(n & 65535)])
const box = (name, ...parts) => {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
  return Buffer.concat([u32(body.length + 8), Buffer.from(name, 'latin1'), body])
}
const full = (name, version, ...parts) => box(name, u32(version << 24), ...parts)

const frame = content('mdat')
const ftyp = box('ftyp', 'heic', u32(0), 'mif1heic')
const meta = (offset) =>
  full(
    'meta',
    0,
    full('hdlr', 0, u32(0), 'pict', Buffer.alloc(13)),
    full('pitm', 0, u16(1)),
    full('iloc', 0, u16(0x4400), u16(1), u16(1), u16(0), u16(1), u32(offset), u32(frame.length)),
    full('iinf', 0, u16(1), full('infe', 2, u16(1), u16(0), 'hvc1', Buffer.alloc(1))),
    box(
      'iprp',
      box(
        'ipco',
        box('hvcC', content('hvcC')),
        full('ispe', 0, u32(Number(width)), u32(Number(height))),
        box('irot', Buffer.from([Number(turns)])),
      ),
      full('ipma', 0, u32(1), u16(1), Buffer.from([3, 0x81, 0x02, 0x83])),
    ),
  )
const offset = ftyp.length + meta(0).length + 8
writeFileSync(to, Buffer.concat([ftyp, meta(offset), box('mdat', frame)]))
