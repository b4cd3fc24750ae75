import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMediaTools } from '../adapters/media/media-tools.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { createScratch } from '../adapters/system/scratch.ts'
import { createShelf } from '../adapters/system/shelf.ts'
import { createReader } from '../src/media/reader.ts'
import { silentLog } from '../src/observe/log.ts'
import type { FileRef } from '../src/ports/event.ts'
import { pictureFile, soundFile, textFile } from './media-files.ts'
import { loadMedia } from './media-load.ts'
import { median, type Row } from './row.ts'

/** How fast files go through, what a large one takes in memory, and how long a voice message takes beyond the model's own time. */
export async function benchMedia(short: boolean): Promise<Row[]> {
  const routed = await routing(short ? 2 : 5)
  const load = await loadMedia(short ? 3 : 9)
  return [
    ...routed,
    {
      bench: 'media',
      what: 'a recording of 24.9 MB: growth of the program',
      value: load.growthMb,
      unit: 'MB',
      aim: '< 60',
      met: load.growthMb < 60,
    },
    {
      bench: 'media',
      what: 'the same, with the process that decodes',
      value: load.familyGrowthMb,
      unit: 'MB',
    },
    {
      bench: 'media',
      what: '1,000 characters: voice message beyond the model’s own time',
      value: median(load.voiceMs),
      unit: 'ms',
    },
  ]
}

/** From the platform's stream to what the model gets, without network; a file at a time. */
async function routing(runs: number): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const [clock, log] = [systemClock(), silentLog()]
  const tools = createMediaTools({ clock, log })
  const reader = createReader({
    tools,
    clock,
    log,
    scratch: createScratch(join(directory, 'scratch')),
    shelf: createShelf({ dir: join(directory, 'made'), clock, log }),
    hearing: {
      async hear() {
        return { kind: 'heard', text: 'What was said.', language: 'en', seconds: 3, lines: [] }
      },
      before: async () => null,
      correct: async () => undefined,
    },
  })
  const rate = async (bytes: Uint8Array, name: string): Promise<number> => {
    const rates: number[] = []
    for (let run = 0; run <= runs; run++) {
      const file: FileRef = { id: `${name}-${run}`, name, type: null, size: bytes.length, url: null }
      const started = performance.now()
      const reading = reader.enter({
        download: async () => new Blob([new Uint8Array(bytes)]).stream(),
        platform: 'bench',
        workspace: '',
        payer: { spender: { platform: 'bench', workspace: '', channel: '', person: 'p' } },
        signal: AbortSignal.timeout(60_000),
      })
      const [read] = await reading.read([file], 'asked')
      await reading.close()
      if (read?.kind !== 'read')
        throw new Error(`${name}: ${read?.kind === 'skipped' ? read.why : 'nothing'}`)
      // The first run starts the process that decodes.
      if (run > 0) rates.push(bytes.length / 1024 / 1024 / ((performance.now() - started) / 1000))
    }
    return median(rates)
  }
  try {
    const rows: [string, number][] = [
      ['a recording of 24.9 MB, to the one who listens', await rate(soundFile(24.9), 'sound.wav')],
      ['a picture of 12 megapixels, scaled down', await rate(await pictureFile(), 'photo.jpg')],
      ['a text of 8 MB, cut to what the model takes', await rate(textFile(8), 'long.txt')],
    ]
    return rows.map(([what, value]) => ({ bench: 'media', what, value, unit: 'MB/s' }))
  } finally {
    await tools.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

if (import.meta.main) console.table(await benchMedia(process.argv.includes('--short')))
