import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { isFull } from './media-hazard.ts'
import { smallDocx, smallPdf } from './media-hazards-documents.ts'
import { gif, jpeg, picture } from './media-hazards-pictures.ts'
import { ogg, sound } from './media-hazards-sounds.ts'
import { below, openFiles } from './media-memory.ts'
import { readingWorld, type Sample } from './media-world.ts'

const runs = isFull ? 500 : 4
const seed = Number(process.env.PARLEY_SEED ?? 1)
const world = readingWorld()

afterAll(() => world.close())

/** One valid file of each kind. */
const valid: readonly { readonly name: string; readonly bytes: Buffer }[] = [
  { name: 'a.png', bytes: png(40, 30) },
  { name: 'a.jpg', bytes: await jpeg() },
  { name: 'a.gif', bytes: gif(3) },
  ...(await Promise.all(
    (['webp', 'tiff', 'avif'] as const).map(async (kind) => ({
      name: `a.${kind}`,
      bytes: await picture(kind),
    })),
  )),
  { name: 'a.heic', bytes: sound('turned.heic') },
  {
    name: 'a.svg',
    bytes: Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>',
    ),
  },
  { name: 'a.pdf', bytes: smallPdf() },
  { name: 'a.docx', bytes: smallDocx() },
  { name: 'a.txt', bytes: Buffer.from('Some words, and “others”.\n'.repeat(20)) },
  { name: 'made.ogg', bytes: ogg(5) },
  ...[
    'question.ogg',
    'question-vorbis.ogg',
    'question.mp3',
    'question.m4a',
    'question.flac',
    'question.wav',
    'question.webm',
    'question.aac',
    'slack-clip.mp4',
  ].map((name) => ({ name, bytes: sound(name) })),
]

const odd = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)
/** Bytes written over, a stretch taken out or doubled, the end cut off: places as a share of the whole. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant('over' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.array(fc.oneof(odd, fc.nat(255)), { minLength: 1, maxLength: 8 }),
  }),
  // Headers stand at the beginning.
  fc.record({
    kind: fc.constant('over' as const),
    at: fc.double({ min: 0, max: 0.02, noNaN: true }),
    bytes: fc.array(odd, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constantFrom('without' as const, 'twice' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(400),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(bytes: Buffer, how: Change): Buffer {
  const at = Math.floor(how.at * bytes.length)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (how.kind) {
    case 'over':
      return Buffer.concat([before, Buffer.from(how.bytes), after.subarray(how.bytes.length)])
    case 'without':
      return Buffer.concat([before, after.subarray(how.length)])
    case 'twice':
      return Buffer.concat([before, after.subarray(0, how.length), after])
    case 'cut':
      return Buffer.from(before)
  }
}

/** Every file is read or said why not, and the one beside them is read. */
async function endsWell(samples: readonly Sample[]): Promise<void> {
  const read = await world.read([...samples, { name: 'beside.txt', body: 'I am here.' }])
  expect(read).toHaveLength(samples.length + 1)
  for (const one of read) {
    if (one.kind === 'read') expect(one.parts.length).toBeGreaterThan(0)
    else expect(one.why).toMatch(/^`[^`\n]+`: [^\n]{10,300}[^.]\.$/)
    // What stands in the log and not in the words.
    if (one.kind === 'skipped')
      expect(one.why).not.toMatch(/could not be read; the reason|could not be looked at/)
  }
  expect(read.at(-1)).toMatchObject({ kind: 'read' })
  expect(world.left()).toEqual([])
}

it('changed at random, valid files of every kind are read, or left out in words', {
  timeout: 900_000,
}, async () => {
  const files = fc.array(
    fc.tuple(fc.nat(valid.length - 1), fc.array(change, { minLength: 1, maxLength: 4 })),
    { minLength: 4, maxLength: 9 },
  )
  await fc.assert(
    fc.asyncProperty(files, (chosen) =>
      endsWell(
        chosen.map(([which, changes]) => {
          const { name, bytes } = valid[which]!
          return { name, body: changes.reduce(changed, bytes) }
        }),
      ),
    ),
    { numRuns: runs, seed, endOnFailure: true },
  )
})

it('cut off at many places, files of every kind are read, or left out in words', {
  timeout: 900_000,
}, async () => {
  const shares = isFull ? Array.from({ length: 50 }, (_, i) => i / 50) : [0.6]
  for (const share of shares)
    for (let from = 0; from < valid.length; from += 9)
      await endsWell(
        valid.slice(from, from + 9).map(({ name, bytes }) => ({
          name,
          body: bytes.subarray(0, 1 + Math.floor(bytes.length * share)),
        })),
      )
})

it('bytes at random are read as a text, or left out in words, whatever they are called', {
  timeout: 900_000,
}, async () => {
  const name = fc.oneof(
    fc.constantFrom(...valid.map((one) => one.name)),
    fc.constantFrom(
      '../../etc/passwd',
      'a\0b.png',
      `${'x'.repeat(10_000)}.png`,
      '\u202egnp.exe',
      '`@everyone` <!channel>',
      '',
      '\ud800',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  const file = fc.record({ name, body: fc.uint8Array({ maxLength: 3_000 }) })
  await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 4, maxLength: 9 }), endsWell), {
    numRuns: runs,
    seed,
    endOnFailure: true,
  })
})

it('leaves no process, no open file and nothing on disk', async () => {
  await world.read([{ name: 'a.txt', body: 'x' }])
  const files = openFiles()
  for (let i = 0; i < (isFull ? 20 : 2); i++)
    await world.read(valid.slice(0, 9).map(({ name, bytes }) => ({ name, body: bytes.subarray(0, -3) })))
  // Two more processes at most, each with a channel and two pipes.
  expect(openFiles()).toBeLessThanOrEqual(files + 8)
  await world.close()
  expect(below(process.pid)).toEqual([])
  expect(openFiles()).toBeLessThan(files)
})
