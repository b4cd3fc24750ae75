import { expect, it } from 'vitest'
import type { Place } from '../../src/ports/event.ts'
import { callAside } from '../../src/reply/aside.ts'
import { lookUp } from '../../src/reply/lookup.ts'
import { openPlace } from '../../src/reply/opening.ts'
import type { Pacer } from '../../src/reply/pacer.ts'
import { removeAll } from '../../src/reply/removal.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { SimulatedClock } from '../fakes/clock.ts'
import { budget, desk, never } from './pacer-desk.ts'

const place: Place = {
  conversation: { platform: 'chat', workspace: 'w', channel: 'c', thread: '' },
  root: null,
  direct: false,
}
const one = budget('one', 1)
const platform = { ...createChatPlatform().platform, name: 'test', budget: () => [one] }
/** Calls that nobody answers, and that heed no signal. */
const unanswered = {
  ...platform,
  remove: () => new Promise<never>(() => {}),
  find: () => new Promise<never>(() => {}),
}

interface Around {
  readonly pacer: Pacer
  readonly clock: SimulatedClock
  readonly signal: AbortSignal
}

/** All that makes calls with leave beside the answers themselves. */
const callers: [string, (around: Around) => Promise<unknown>][] = [
  [
    'a removal',
    (around) =>
      removeAll([{ nonce: 'n', ref: { channel: 'c', id: '1' } }], {
        ...around,
        platform: unanswered,
        place,
      }),
  ],
  [
    'a lookup',
    (around) =>
      lookUp({
        ...around,
        platform: unanswered,
        place,
        seat: around.pacer.enter('test'),
        sent: { nonce: 'n', index: 0 },
      }),
  ],
  [
    'an opening',
    (around) =>
      openPlace({
        ...around,
        seat: around.pacer.enter('test'),
        budgets: [one],
        open: () => new Promise(() => {}),
      }),
  ],
]

const mayGo = async ({ pacer, clock }: Omit<Around, 'signal'>) =>
  (await clock.run(pacer.enter('test').take({ rank: 'final', budgets: [one] }, never), 60_000)).settle(null)

it.each(callers)(
  '%s that is broken off in the middle of its call leaves no bucket closed',
  async (_, run) => {
    const at = desk()
    const gone = new AbortController()
    const end = run({ ...at, signal: gone.signal }).catch((error: unknown) => error)
    await at.clock.advance(1_000)
    gone.abort(new Error('deleted'))
    expect(await end).toBeInstanceOf(Error)
    await mayGo(at)
  },
)

it.each(callers)('%s that is broken off just when it may leave loses no leave', async (_, run) => {
  const at = desk()
  const first = await at.seat.take({ rank: 'final', budgets: [one] }, never)
  const gone = new AbortController()
  const end = run({ ...at, signal: gone.signal }).catch((error: unknown) => error)
  await at.clock.advance(1_000)
  first.settle(null)
  gone.abort(new Error('deleted'))
  expect(await end).toBeInstanceOf(Error)
  await mayGo(at)
})

it('makes no call for who gave up in the moment when it might have left', async () => {
  const { pacer, seat } = desk()
  const first = await seat.take({ rank: 'final', budgets: [one] }, never)
  const gone = new AbortController()
  let calls = 0
  const end = callAside({ pacer, platform: 'test', signal: gone.signal }, [one], async () => {
    calls++
    return { kind: 'done' }
  })
  first.settle(null)
  gone.abort(new Error('over'))
  await expect(end).rejects.toThrow('over')
  expect(calls).toBe(0)
})
