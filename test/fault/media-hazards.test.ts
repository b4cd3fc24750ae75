import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hazard, isFull } from './media-hazard.ts'
import { documentHazards } from './media-hazards-documents.ts'
import { pictureHazards } from './media-hazards-pictures.ts'
import { soundHazards } from './media-hazards-sounds.ts'
import { below, openFiles } from './media-memory.ts'
import { startWatch } from './media-watch.ts'
import { readingWorld } from './media-world.ts'

const MB = 1024 * 1024
/** On a machine that is busy with other tests what watches over memory is late by some milliseconds. */
const mostMemory = (isFull ? 200 : 300) * MB
/** With what it takes to hear of the end. */
const mostMilliseconds = 10_500

const world = readingWorld()
const { watched, stop } = await startWatch()
let files = 0

beforeAll(async () => {
  // What is loaded once for all belongs to no file.
  await world.read([{ name: 'first.txt', body: 'first' }])
  files = openFiles()
})

afterAll(async () => {
  await Promise.all([world.close(), stop()])
})

const hazards: readonly Hazard[] = [...pictureHazards, ...documentHazards, ...soundHazards]

it.each(hazards.filter(({ rare }, i) => isFull || (!rare && i % 6 === 2)))(
  '$what costs little, and the file beside it is read',
  async (hazard) => {
    const sample = { ...hazard, body: await hazard.body() }
    const beside = { name: 'beside.txt', body: 'I am here.' }
    // What a process takes as it starts is no file's cost.
    await world.read([beside, beside])
    const { result, spent } = await watched(() => world.read([sample, beside]))
    const [read, other] = result
    if (read?.kind === 'skipped') {
      expect(read.why).toMatch(/^`[^`]+`: .+[^.]\.$/)
      expect(read.why).toContain(`\`${hazard.name}\``)
    }
    if (hazard.ends === 'read') expect(read).toMatchObject({ kind: 'read' })
    if (hazard.ends instanceof RegExp)
      expect(read).toMatchObject({ kind: 'skipped', why: expect.stringMatching(hazard.ends) })
    expect(other).toMatchObject({ kind: 'read', parts: [{ text: expect.stringContaining('I am here.') }] })
    expect(spent.milliseconds).toBeLessThan(mostMilliseconds)
    expect(spent.memory).toBeLessThan(mostMemory)
    expect(world.left()).toEqual([])
  },
)

it('leaves no process, no open file and nothing on disk', async () => {
  expect(below(process.pid).length).toBeLessThanOrEqual(2)
  await world.close()
  expect(below(process.pid)).toEqual([])
  expect(openFiles()).toBeLessThanOrEqual(files)
})
