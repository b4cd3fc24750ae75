import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { benchDelta } from './delta.ts'
import { benchDiscord } from './discord.ts'
import { benchHistory } from './history.ts'
import { benchMedia } from './media.ts'
import type { Row } from './row.ts'
import { benchSlack } from './slack.ts'
import { benchStartup } from './startup.ts'

/** All measurements: a table on the screen and bench/results.json. `--short` takes fewer runs. */
const short = process.argv.includes('--short')

const rows: Row[] = [
  ...(await benchStartup(short ? 3 : 9)),
  ...(await benchDelta()),
  ...(await benchHistory(short ? [10, 1_000] : [10, 1_000, 100_000], short ? 20 : 60)),
  ...(await benchMedia(short)),
  ...(await benchDiscord(short)),
  ...(await benchSlack(short)),
]

const width = Math.max(...rows.map(({ what }) => what.length))
for (const { bench, what, value, unit, aim, met } of rows) {
  const figure = `${value < 10 ? value.toFixed(3) : value.toFixed(0)} ${unit}`
  const verdict = aim === undefined ? '' : `aim ${aim}: ${met ? 'met' : 'MISSED'}`
  console.log(`${bench.padEnd(10)} ${what.padEnd(width)} ${figure.padStart(14)}  ${verdict}`)
}
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length }
const results = { at: new Date().toISOString(), short, machine, rows }
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
