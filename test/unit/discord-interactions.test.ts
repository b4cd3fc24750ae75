import { expect, it } from 'vitest'
import type { Admission } from '../../src/ports/intake.ts'
import { done, interactionsWorld, press, slash, text, token } from './discord-interactions-world.ts'

const ask = slash('ask', [text('prompt', 'why?')])
const id = '600000000000000001'
const { signal } = new AbortController()

it('an admission that takes long is not waited for', async () => {
  const world = interactionsWorld()
  const admitted = Promise.withResolvers<Admission>()
  world.admits = () => admitted.promise
  const hearing = world.begin(ask)
  await world.clock.advance(1_499)
  expect(world.calls).toEqual([])
  await world.clock.advance(1)
  expect(world.answers()).toEqual([{ type: 5 }])
  admitted.resolve('new')
  await world.clock.run(hearing)
  expect(world.calls).toHaveLength(1)
  expect(world.clock.sleepers()).toBe(0)
})

it('nothing is left waiting after an admission in time', async () => {
  const world = interactionsWorld()
  await world.hear(ask)
  expect(world.clock.elapsed()).toBe(0)
  expect(world.clock.sleepers()).toBe(0)
})

it('when such an admission fails, the reply says so', async () => {
  for (const end of ['full', 'ignored', 'fails'] as const) {
    const world = interactionsWorld()
    world.admits = async () => {
      await world.clock.sleep(2_000)
      if (end === 'fails') throw new Error('disk full')
      return end
    }
    await world.hear(ask)
    expect(world.calls[1]?.request).toMatchObject({
      method: 'PATCH',
      route: `/webhooks/900000000000000001/${token}/messages/%40original`,
      auth: false,
      body: { content: expect.stringMatching(/\w/), allowed_mentions: { parse: [] }, flags: 4 },
    })
  }
})

it('when it fails in time, the caller alone is told, and nothing is deferred', async () => {
  for (const end of ['full', 'ignored', 'fails'] as const) {
    const world = interactionsWorld()
    world.admits = async () => {
      if (end === 'fails') throw new Error('disk full')
      return end
    }
    await world.hear(ask)
    expect(world.answers()).toEqual([
      expect.objectContaining({ type: 4, data: expect.objectContaining({ flags: 68 }) }),
    ])
    expect(world.calls).toHaveLength(1)
  }
})

it('a second delivery of the same interaction does nothing more', async () => {
  const world = interactionsWorld()
  world.admits = async () => 'duplicate'
  await world.hear(ask)
  expect(world.calls).toEqual([])
})

it('what the engine sends waits until the interaction was acknowledged', async () => {
  const world = interactionsWorld()
  const callback = Promise.withResolvers<void>()
  world.replies = async () => {
    await callback.promise
    return done
  }
  const hearing = world.begin(ask)
  await world.clock.flush()
  let settled: boolean | null = null
  const waiting = world.deferrals.settled(id, signal).then((ok) => {
    settled = ok
  })
  await world.clock.flush()
  expect(settled).toBeNull()
  callback.resolve()
  await world.clock.run(Promise.all([hearing, waiting]))
  expect(settled).toBe(true)
})

it('an acknowledgement that came too late is remembered: nothing is sent under its token', async () => {
  const world = interactionsWorld()
  world.replies = async () => ({
    kind: 'refused',
    status: 404,
    code: 10062,
    message: 'Unknown interaction',
    problem: null,
  })
  await world.hear(ask)
  expect(world.calls).toHaveLength(1)
  expect(await world.deferrals.settled(id, signal)).toBe(false)
  expect(await world.deferrals.settled('another', signal)).toBe(true)
})

it('an acknowledgement that did not arrive is sent again while there is time', async () => {
  const world = interactionsWorld()
  world.replies = async () =>
    world.calls.length < 3 ? { kind: 'not_sent', cause: new Error('ECONNREFUSED') } : done
  await world.hear(ask)
  expect(world.calls).toHaveLength(3)
  expect(await world.deferrals.settled(id, signal)).toBe(true)
})

it('one whose reply was lost had arrived: the second try is told so', async () => {
  const world = interactionsWorld()
  world.replies = async () =>
    world.calls.length === 1
      ? { kind: 'unknown', cause: new Error('ECONNRESET') }
      : { kind: 'refused', status: 400, code: 40060, message: 'already acknowledged', problem: null }
  await world.hear(ask)
  expect(await world.deferrals.settled(id, signal)).toBe(true)
})

it('no try is made when it would come after the three seconds', async () => {
  const world = interactionsWorld()
  world.replies = async () => ({ kind: 'not_sent', cause: new Error('ECONNREFUSED') })
  await world.hear(ask)
  expect(Math.max(...world.calls.map(({ at }) => at))).toBeLessThan(3_000)
  expect(await world.deferrals.settled(id, signal)).toBe(false)
})

it('one that may have arrived is not written off', async () => {
  const world = interactionsWorld()
  world.replies = async () => ({ kind: 'unknown', cause: new Error('ECONNRESET') })
  await world.hear(ask)
  expect(await world.deferrals.settled(id, signal)).toBe(true)
})

it('a call that hangs ends, and so does the hearing', async () => {
  const world = interactionsWorld()
  world.replies = () => new Promise(() => {})
  await world.hear(ask)
  expect(world.clock.elapsed()).toBeLessThan(10_000)
})

it('the end of the program ends everything that waits', async () => {
  const world = interactionsWorld()
  world.admits = () => new Promise(() => {})
  world.replies = () => new Promise(() => {})
  const hearing = world.begin(ask)
  await world.clock.advance(1_600)
  world.end()
  await hearing
  expect(world.clock.sleepers()).toBe(0)
  await expect(world.deferrals.settled(id, AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
    'stopped',
  )
})

it('the token is in no log line', async () => {
  const world = interactionsWorld()
  world.admits = async () => {
    throw new Error('disk full')
  }
  world.replies = async () => ({
    kind: 'refused',
    status: 404,
    code: 10062,
    message: 'Unknown',
    problem: null,
  })
  await world.hear(ask)
  await world.hear(press('parley.stop.1.2'))
  expect(world.logged.length).toBeGreaterThan(2)
  expect(world.logged.join('\n')).not.toContain(token)
})

it('a payload that is broken is logged and answered in words, and the next one heard', async () => {
  const world = interactionsWorld()
  const { member: _, ...broken } = ask
  // biome-ignore lint/suspicious/noExplicitAny: what no type allows
  await world.hear(broken as any)
  await world.hear(ask)
  expect(world.logged).toHaveLength(1)
  expect(world.answers()).toMatchObject([{ type: 4, data: { flags: 68 } }, { type: 5 }])
  expect(world.heard).toHaveLength(1)
})

it('a flood is bounded, and ends', async () => {
  const world = interactionsWorld()
  world.admits = () => new Promise(() => {})
  const flood = Array.from({ length: 1_200 }, (_, index) =>
    world.begin(slash('new', [], { id: String(700_000_000_000 + index) })),
  )
  await world.clock.run(Promise.all(flood))
  expect(world.answers()).toHaveLength(1_000)
  world.admits = async () => 'new'
  await world.hear(ask)
  expect(world.heard).toHaveLength(1)
})

it('failed acknowledgements are remembered to a bound', async () => {
  const { deferrals } = interactionsWorld()
  for (let index = 0; index < 1_500; index++) deferrals.begin(String(index)).done(false)
  expect(await deferrals.settled('0', signal)).toBe(true)
  expect(await deferrals.settled('1499', signal)).toBe(false)
})
