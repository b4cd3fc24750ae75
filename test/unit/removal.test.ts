import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeAll } from '../../src/reply/removal.ts'
import { thread } from '../fakes/rate-limited-platform.ts'
import type { RatedPlatformOptions } from '../fakes/rated-options.ts'
import { runs, words } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'

const never = new AbortController().signal

/** An answer of three messages, and what removes it. */
async function shown(options: Partial<RatedPlatformOptions> = {}) {
  const world = createWorld({ message: 40, latency: () => 20, ...options })
  const { result } = await world.clock.run(world.stream(world.answer('a'), words(14), 0))
  expect(world.texts('a')).toHaveLength(3)
  const { platform, pacer, clock } = world
  const remove = (parts = result.parts, signal = never) =>
    removeAll(parts, { platform, place: thread('a'), pacer, clock, signal })
  const removals = () => platform.ledger.filter(({ kind }) => kind === 'remove')
  return { world, parts: result.parts, remove, removals }
}

/** The first `times` removals end so. */
const failing = (
  fault: 'refused' | 'not_sent' | 'lost_reply' | 'lost_request' | 'forbidden',
  times: number,
) => ({
  fault: (kind: string) => (kind === 'remove' && times-- > 0 ? fault : null),
})

describe('removing an answer', () => {
  it('takes all its messages away, and leaves the pacer', async () => {
    const { world, remove } = await shown()
    await world.clock.run(remove())
    expect(world.texts('a')).toEqual([])
    expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
    expect(world.clock.sleepers()).toBe(0)
  })

  it('may be repeated', async () => {
    const { world, remove } = await shown()
    await world.clock.run(remove())
    await world.clock.run(remove())
    expect(world.texts('a')).toEqual([])
  })

  it.each([
    ['are refused', 'refused'],
    ['do not leave', 'not_sent'],
    ['get no reply', 'lost_reply'],
    ['get lost', 'lost_request'],
  ] as const)('tries again where calls %s', async (_, fault) => {
    const { world, remove } = await shown({ ...failing(fault, 3), retryAfter: () => 700 })
    await world.clock.run(remove())
    expect(world.texts('a')).toEqual([])
  })

  it('never calls earlier than the platform asks', async () => {
    const { world, remove, removals } = await shown({ ...failing('refused', 1), retryAfter: () => 5000 })
    await world.clock.run(remove())
    const [refused, next] = removals()
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(5000)
  })

  it('keeps to the limits of its bucket', async () => {
    const buckets = [{ bucket: 'thread', limit: 2, windowMs: 5000 }]
    const { world, remove } = await shown({ buckets })
    await world.clock.run(remove())
    expect(world.texts('a')).toEqual([])
    expect(world.platform.ledger.filter(({ result }) => result === 'refused')).toEqual([])
  })

  it('spends the limits of each message', async () => {
    const { world, remove, parts } = await shown()
    const { platform } = world
    const { budget } = platform
    const asked: unknown[] = []
    platform.budget = (...wanted) => {
      if (wanted[1] === 'remove') asked.push(wanted[2])
      return budget(...wanted)
    }
    await world.clock.run(remove())
    expect(asked).toEqual(parts.map(({ ref }) => ref))
  })

  it('leaves what it may not remove, and does the rest', async () => {
    const { world, remove, removals } = await shown(failing('forbidden', 1))
    await world.clock.run(remove())
    expect(world.texts('a')).toHaveLength(1)
    expect(removals()).toHaveLength(2)
  })

  it('finds the message whose send was under way', async () => {
    const { world, parts, remove } = await shown()
    const unsure = parts.map((part, index) => (index === 2 ? { ...part, ref: null } : part))
    await world.clock.run(remove(unsure))
    expect(world.texts('a')).toEqual([])
  })

  it('finds one that arrives only after the first look', async () => {
    const world = createWorld({ fault: (kind) => (kind === 'send' ? 'late_request' : null) })
    const broken = new AbortController()
    const delivery = world.answer('a', { signal: broken.signal })
    delivery.write('The secret is 42')
    await world.clock.flush()
    broken.abort(new Error('withdrawn'))
    await expect(delivery.delivered).rejects.toThrow('withdrawn')
    const { platform, pacer, clock } = world
    const parts = world.saved.get('a')?.at(-1) ?? []
    expect(parts).toMatchObject([{ nonce: 'a:0', ref: null }])
    await clock.run(removeAll(parts, { platform, place: thread('a'), pacer, clock, signal: never }))
    expect(platform.ledger.map(({ kind, result }) => [kind, result])).toEqual([
      ['find', 'done'],
      ['send', 'done'],
      ['find', 'done'],
      ['remove', 'done'],
    ])
    expect(world.texts('a')).toEqual([])
  })

  it('does nothing for a message that never arrived or was removed before', async () => {
    const { world, remove, removals } = await shown()
    const nothing = [
      { nonce: 'never sent', ref: null },
      { nonce: 'a:0', ref: null, removed: true },
    ] as const
    await world.clock.run(remove([...nothing]))
    expect(removals()).toEqual([])
    expect(world.texts('a')).toHaveLength(3)
  })

  it('leaves what the platform will never tell from other messages', async () => {
    const { world, parts, remove } = await shown()
    const asked: unknown[] = []
    Object.assign(world.platform, {
      find: async (sent: unknown) => {
        asked.push(sent)
        return 'unknown'
      },
    })
    const [first, ...rest] = parts
    await world.clock.run(remove([{ nonce: first?.nonce ?? '', ref: null, since: 77 }, ...rest]))
    const others = rest.flatMap(({ ref }) => ref ?? [])
    expect(asked).toEqual([{ nonce: 'a:0', index: 0, since: 77, others }])
    expect(world.texts('a')).toHaveLength(1)
  })

  it('is done where nobody can look a message up', async () => {
    const { world, remove } = await shown({ finds: false })
    await world.clock.run(remove([{ nonce: 'a:0', ref: null }]))
    expect(world.texts('a')).toHaveLength(3)
  })
})

describe('an answer that cannot be removed now', () => {
  it('is left to a later try, with all of it removed that could be', async () => {
    const { world, remove } = await shown(failing('not_sent', 4))
    await expect(world.clock.run(remove())).rejects.toThrow('1 of 3 messages could not be removed yet')
    expect(world.texts('a')).toHaveLength(1)
    await world.clock.run(remove())
    expect(world.texts('a')).toEqual([])
  })

  it('is so when the platform asks for more patience than a minute', async () => {
    const { world, remove, removals } = await shown({ ...failing('refused', 1), retryAfter: () => 600_000 })
    const began = world.clock.elapsed()
    await expect(world.clock.run(remove())).rejects.toThrow('60 s')
    expect(world.clock.elapsed() - began).toBe(60_000)
    expect(removals()).toHaveLength(1)
    await world.clock.flush()
    expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
    expect(world.clock.sleepers()).toBe(0)
  })

  it('is so when the lookup fails', async () => {
    const { world, remove } = await shown()
    Object.assign(world.platform, { find: () => Promise.reject(new Error('502')) })
    await expect(world.clock.run(remove([{ nonce: 'a:0', ref: null }]))).rejects.toThrow(
      'could not be removed',
    )
  })

  it('is so when a call never returns', async () => {
    const { world, remove } = await shown()
    Object.assign(world.platform, { remove: () => new Promise(() => {}) })
    await expect(world.clock.run(remove())).rejects.toThrow('60 s')
    await world.clock.flush()
    expect(world.clock.sleepers()).toBe(0)
  })

  it('is so when the caller gives up: no further call is made', async () => {
    const { world, parts, remove, removals } = await shown({
      ...failing('refused', 1),
      retryAfter: () => 5000,
    })
    const own = new AbortController()
    const end = remove(parts, own.signal)
    await world.clock.advance(100)
    own.abort(new Error('lease lost'))
    await expect(end).rejects.toThrow('lease lost')
    await world.clock.runUntilIdle()
    expect(removals()).toHaveLength(1)
    expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
  })
})

describe('whatever becomes of the calls', () => {
  it('leaves nothing once a removal has succeeded, and breaks no limit', () => {
    const faults = fc.array(fc.constantFrom('lost_reply', 'lost_request', 'not_sent', null), {
      maxLength: 20,
    })
    const drafts = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })
    return fc.assert(
      fc.asyncProperty(faults, drafts, fc.integer({ min: 1, max: 4 }), async (plan, known, limit) => {
        let calls = 0
        const { world, parts, remove } = await shown({
          buckets: [{ bucket: 'thread', limit, windowMs: 1000 }],
          fault: (kind) => (kind === 'remove' ? (plan[calls++] ?? null) : null),
        })
        const draft = parts.map((part, index) => (known[index] ? part : { ...part, ref: null }))
        let done = false
        for (let tries = 0; !done && tries < 8; tries++) {
          done = await world.clock.run(remove(draft)).then(
            () => true,
            () => false,
          )
          if (done) expect(world.texts('a')).toEqual([])
        }
        expect(done).toBe(true)
        expect(world.platform.ledger.filter(({ result }) => result === 'refused')).toEqual([])
        expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
      }),
      { numRuns: runs(40) },
    )
  })
})
