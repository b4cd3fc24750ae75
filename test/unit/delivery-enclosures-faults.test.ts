import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DraftPart } from '../../src/ports/inbox.ts'
import type { MediaFile } from '../../src/ports/platform.ts'
import type { Fault } from '../fakes/rated-ledger.ts'
import { runs } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'

const picture = (id: string): MediaFile => ({
  kind: 'picture',
  id,
  name: 'picture.png',
  type: 'image/png',
  size: 100,
  body: new Blob(['x']),
  description: '',
})

const story = fc.record({
  faults: fc.array(
    fc.constantFrom<Fault | null>(
      null,
      null,
      'lost_reply',
      'lost_request',
      'late_request',
      'not_sent',
      'refused',
    ),
    { maxLength: 12 },
  ),
  /** Each try before the last ends after so many milliseconds. */
  deaths: fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 3 }),
  sentences: fc.integer({ min: 0, max: 8 }),
  pictures: fc.integer({ min: 1, max: 3 }),
  previews: fc.integer({ min: 0, max: 5 }),
  latency: fc.integer({ min: 1, max: 700 }),
  changesFiles: fc.boolean(),
})

describe('any answer with pictures below it', () => {
  it('is shown once, in order, whatever is lost on the way and however often its process dies', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const { faults, deaths, sentences, pictures, previews, latency, changesFiles } = told
        let calls = 0
        const world = createWorld({
          message: 60,
          latency: () => latency,
          can: { changesFiles },
          fault: () => faults[calls++] ?? null,
        })
        const { clock } = world
        const saved = world.saved
        let draft: readonly DraftPart[] = []
        const files = Array.from({ length: pictures }, (_, at) => picture(`picture ${at}`))
        const text = Array.from({ length: sentences }, (_, at) => `This is sentence ${at}. `).join('')

        /** False when too many calls in a row failed, or it died. */
        const tryOnce = async (signal: AbortSignal): Promise<boolean> => {
          let isShown = false
          const delivery = world.answer('a', { draft, signal })
          delivery.delivered.catch(() => undefined)
          try {
            for (let at = 0; at < previews; at++) {
              delivery.preview(picture(`p${at}`))
              await clock.sleep(400, signal)
            }
            delivery.write(text)
            await clock.sleep(50, signal)
            delivery.enclose(files.map((file) => ({ file })))
            isShown = (await delivery.finish()).kind === 'shown'
          } catch (error) {
            if (!signal.aborted) throw error
          }
          draft = saved.get('a')?.at(-1) ?? draft
          return isShown
        }

        for (const ms of deaths) {
          const life = new AbortController()
          const over = clock.sleep(ms).then(() => life.abort(new Error('died')))
          await clock.run(Promise.all([tryOnce(life.signal), over]))
          // What was under way when it died arrives before the next is there.
          await clock.run(clock.sleep(2_000))
        }
        let isShown = false
        for (let tries = 0; tries < 4 && !isShown; tries++) {
          isShown = await clock.run(tryOnce(new AbortController().signal))
          await clock.run(clock.sleep(5_000))
        }
        expect(isShown).toBe(true)

        const shown = world.platform.visible().map(({ part }) => part)
        const below = shown.filter(({ file }) => file !== undefined)
        expect(below.map(({ file }) => file && 'id' in file && file.id)).toEqual(files.map(({ id }) => id))
        expect(shown.slice(-pictures)).toEqual(below)
        const words = shown.slice(0, -pictures).map(({ markdown }) => markdown)
        expect(words.join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(text.trim())
        for (const { state } of shown) expect(state).toBe('done')
      }),
      { numRuns: runs(60), endOnFailure: true },
    )
  })
})
