import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Fault } from '../fakes/discord/faults.ts'
import { text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import { atHome as home, told } from '../scenario/discord-media-telling.ts'
import { asked, finished } from '../scenario/discord-watching.ts'
import { bomb, type Hazard, isFull } from './media-hazard.ts'
import { documentHazards } from './media-hazards-documents.ts'
import { pictureHazards } from './media-hazards-pictures.ts'
import { soundHazards } from './media-hazards-sounds.ts'
import { below, openFiles } from './media-memory.ts'

/** Of the many, those that are sent through all of Parley; the first eight by every run of the suite. */
const chosen = [
  'a picture of no bytes',
  'a program called a picture',
  'a PNG of 50,000 by 50,000 with little data',
  'a GIF of 10,000 frames',
  'a GIF that is a script as well',
  'an SVG of a billion laughs',
  'a packed text',
  'a PDF with a password',
  'a PDF of 100,000 pages',
  'a PDF that is a ZIP as well',
  'a DOCX that unpacks to gigabytes',
  'a WAV that says six hours and has a second',
  'an MP4 that is a web page as well',
  'a WAV of 100 channels',
  'a film without sound',
]

/** Where every answer is the same, whatever was sent. */
async function atHome() {
  const stage = await home()
  stage.model.always({ beats: text('All right.') })
  return stage
}

const fine = { name: 'beside.txt', type: 'text/plain', bytes: Buffer.from('I am here.') }

async function attached({ name, type = 'application/octet-stream', body }: Hazard, number: number) {
  const bytes = await body()
  if (typeof bytes === 'function') throw new Error('Discord’s fake keeps files whole')
  return { name: `${number}-${name}`, type, bytes: Buffer.from(bytes) }
}

it('files that do harm are named with the reason, the rest is answered, and so is the next question', async () => {
  const stage = await atHome()
  const all = [...pictureHazards, ...documentHazards, ...soundHazards]
  const hazards = chosen.slice(0, isFull ? 99 : 8).map((what) => all.find((one) => one.what === what)!)
  const files = await Promise.all(hazards.map(attached))
  for (let from = 0; from < files.length; from += 8) {
    const answered = asked(stage).length
    stage.ann.says(stage.ann.dm, `What is this, number ${from}?`, {
      files: [...files.slice(from, from + 8), fine],
    })
    await stage.discord.until(() => asked(stage).length > answered, 20_000)
    const { content } = await finished(stage, stage.ann.dm, new RegExp(`\`${from}-`))
    const prompt = told(asked(stage).at(-1))
    expect(prompt).toContain('I am here.')
    for (const [i, hazard] of hazards.slice(from, from + 8).entries()) {
      if (!(hazard.ends instanceof RegExp)) continue
      const line = content.split('\n').find((one) => one.includes(`\`${from + i}-${hazard.name}\``))
      expect(line).toMatch(hazard.ends)
    }
  }
  const answered = asked(stage).length
  stage.ann.says(stage.ann.dm, 'And are you well?')
  await stage.discord.until(() => asked(stage).length > answered, 10_000)
  expect(told(asked(stage).at(-1))).toContain('And are you well?')
  await finished(stage, stage.ann.dm, /./)
})

/** A host that nobody may be led to. */
async function sentinel() {
  const visits: string[] = []
  const server = createServer((request, response) => {
    visits.push(JSON.stringify(request.headers))
    response.end(png(4, 4))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { visits, port: (server.address() as AddressInfo).port }
}

it('links that fail, loop or lead elsewhere cost their file only, and no token leaves', async () => {
  const stage = await atHome()
  const inside = await sentinel()
  const to = (location: string): Fault => ({ status: 302, headers: { location } })
  const faults: readonly (readonly [name: string, fault: Fault])[] = [
    ['refused.png', { status: 403 }],
    ['missing.png', { status: 404 }],
    ['broken.png', { status: 500 }],
    ['cut.png', 'refuse'],
    ['inside.png', to(`http://127.0.0.1:${inside.port}/x`)],
    ['metadata.png', to('http://169.254.169.254/latest/meta-data/')],
    ['decimal.png', to(`http://2130706433:${inside.port}/x`)],
    ['mapped.png', to(`http://[::ffff:127.0.0.1]:${inside.port}/x`)],
    ['loop.png', to('?')],
  ]
  for (const [name, fault] of faults)
    stage.discord.faults.next({ method: 'GET', route: new RegExp(`/${name}`) }, fault, 9)
  const files = faults.map(([name]) => ({ name, type: 'image/png', bytes: png(4, 4) }))
  stage.ann.says(stage.ann.dm, 'What do you see?', { files: [...files, fine] })
  const { content } = await finished(stage, stage.ann.dm, /`refused\.png`/)
  for (const [name] of faults) {
    const [line, ...others] = content.split('\n').filter((one) => one.includes(name))
    expect(line).toMatch(new RegExp(`^> \`${name}\`: .+\\.$`))
    expect(others).toEqual([])
    // The name stands before the reason, and not in it again.
    expect(line?.split(name)).toHaveLength(2)
  }
  expect(told(asked(stage).at(-1))).toContain('I am here.')
  expect(inside.visits).toEqual([])
  const { downloads } = stage.discord.ledger
  expect(downloads.filter(({ path }) => path.endsWith('inside.png'))).toMatchObject([{ status: 302 }])
  expect(downloads.filter(({ authorized }) => authorized)).toEqual([])
})

it('after many such questions no process is left, and no file open', async () => {
  const stage = await atHome()
  const bytes = png(64, 64, bomb(Buffer.alloc(1024), 1))
  const ask = async (number: number) => {
    const files = ['a.png', 'b.pdf', 'c.ogg'].map((name) => ({
      name: `${number}${name}`,
      type: 'image/png',
      bytes,
    }))
    const answered = asked(stage).length
    stage.ann.says(stage.ann.dm, `Number ${number}?`, { files })
    await stage.discord.until(() => asked(stage).length > answered, 10_000)
  }
  await ask(0)
  await ask(1)
  const before = openFiles()
  for (let i = 2; i < 6; i++) await ask(i)
  expect(openFiles()).toBeLessThanOrEqual(before + 6)
  await stage.stop()
  expect(below(process.pid)).toEqual([])
})
