import { expect, it } from 'vitest'
import { createPaintingAlong } from '../../src/conversation/painting-along.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

/** Money that comes when the test says so. */
function along(refuses = false) {
  const clock = simulatedClock()
  const told: string[] = []
  const answers: (() => void)[] = []
  let broken = false
  const noted = async (what: string): Promise<void> => {
    if (broken) throw new Error('the database is busy')
    told.push(what)
  }
  const buying = {
    async open({ wares }: { wares: { pictures?: number } }) {
      told.push(`open ${wares.pictures}`)
      await new Promise<void>((resolve) => answers.push(resolve))
      if (refuses) return { kind: 'refused', words: 'No.', retryAfterMs: null }
      return {
        kind: 'bought',
        settle: (_: unknown, __: unknown, made: { pictures: number }) => noted(`settle ${made.pictures}`),
        release: () => noted('release'),
      }
    },
  }
  const painting = { size: null, inConversations: true, keepMs: 1 }
  const deps = { buying, shelf: {}, clock, imageModel: 'm', painting }
  const on = { attempt: 'a', payer: {}, prompt: '' }
  return {
    ...{ clock, told },
    painting: createPaintingAlong(deps as never, on as never),
    breaks: (now: boolean) => {
      broken = now
    },
    /** What was asked for last is there. */
    async comes() {
      await clock.advance(0)
      answers.at(-1)?.()
      await clock.advance(0)
    },
  }
}

const forever = new AbortController().signal
const begins = { kind: 'tool', name: 'image_generation', state: 'running' } as const

it('gives the money back that comes after a Stop', async () => {
  const { painting, told, comes } = along()
  const stop = new AbortController()
  const offered = painting.offer(stop.signal)
  offered.catch(() => undefined)
  stop.abort(new Error('Stop was pressed'))
  await expect(offered).rejects.toThrow('Stop was pressed')
  await painting.settle(stop.signal.reason)
  await comes()
  expect(told).toEqual(['open 4', 'release'])
})

it('gives the money back that comes too late, and asks for no more of it', async () => {
  const late = along()
  const offered = late.painting.offer(forever)
  await late.clock.advance(500)
  expect(await offered).toEqual([])
  await late.comes()
  expect(late.told).toEqual(['open 4', 'release'])
  await late.painting.settle()
  expect(late.told).toEqual(['open 4', 'release'])

  const refused = along(true)
  const nothing = refused.painting.offer(forever)
  await refused.clock.advance(500)
  expect(await nothing).toEqual([])
  await refused.comes()
  expect(refused.told).toEqual(['open 4'])
})

it('books what could not be booked when it is asked to once more', async () => {
  const { painting, told, comes, breaks } = along()
  const offered = painting.offer(forever)
  await comes()
  expect(await offered).toHaveLength(1)
  await painting.take(begins)
  breaks(true)
  const failure = new ModelError('cut', 'The answer was cut.')
  await expect(painting.settle(failure)).rejects.toThrow('busy')
  breaks(false)
  await painting.settle(failure)
  await painting.settle(failure)
  expect(told).toEqual(['open 4', 'settle 1'])
})
