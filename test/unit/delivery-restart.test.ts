import { describe, expect, it } from 'vitest'
import { createWorld } from './delivery-world.ts'

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `word${index} `)

describe('what is durable', () => {
  it('saves the nonce before a message is sent and its id after', async () => {
    const world = createWorld({ message: 20 })
    const order: string[] = []
    const delivery = world.answer('a', {
      saveParts: async (parts) => {
        order.push(parts.map((part) => (part.ref ? 'ref' : 'nonce')).join(' '))
      },
    })
    const send = world.platform.send
    Object.assign(world.platform, {
      send: (...call: Parameters<typeof send>) => {
        order.push('send')
        return send(...call)
      },
    })
    await world.clock.run(world.stream(delivery, words(4), 0))
    expect(order).toEqual(['nonce', 'send', 'ref', 'ref nonce', 'send', 'ref ref'])
  })

  it('has saved the first nonce before there is any text', async () => {
    const world = createWorld()
    world.answer('a')
    await world.clock.flush()
    expect(world.saved.get('a')).toMatchObject([[{ nonce: 'a:0', ref: null }]])
  })
})

describe('after a crash', () => {
  async function crashed(world = createWorld({ message: 40 }), count = 12) {
    await world.clock.run(world.stream(world.answer('a'), words(count), 0))
    return { world, draft: world.saved.get('a')?.at(-1) ?? [] }
  }

  it('edits its own messages and posts none a second time', async () => {
    const { world, draft } = await crashed()
    const text = words(14).reverse()
    await world.clock.run(world.stream(world.answer('a', { draft }), text, 5))
    expect(world.texts('a').join(' ')).toBe(text.join('').trim())
    expect(new Set(world.platform.visible().map((message) => message.nonce)).size).toBe(
      world.texts('a').length,
    )
  })

  it('removes messages that the new text does not need', async () => {
    const { world, draft } = await crashed()
    expect(world.texts('a').length).toBeGreaterThan(1)
    const result = await world.clock.run(world.stream(world.answer('a', { draft }), ['short'], 0))
    expect(world.texts('a')).toEqual(['short'])
    const removed = draft.slice(1).map(({ nonce }) => ({ nonce, ref: null, removed: true }))
    expect(result.result.parts).toEqual([draft[0], ...removed])
    expect(world.saved.get('a')?.at(-1)).toEqual(result.result.parts)
  })

  it('finds the message that was under way when the process died', async () => {
    const { world } = await crashed(createWorld(), 3)
    const draft = [{ nonce: 'a:0', ref: null }]
    await world.clock.run(world.stream(world.answer('a', { draft }), ['Again.'], 0))
    expect(world.texts('a')).toEqual(['Again.'])
  })

  it('sends with the same nonce what never arrived', async () => {
    const world = createWorld()
    const draft = [{ nonce: 'old', ref: null }]
    await world.clock.run(world.stream(world.answer('a', { draft }), ['Again.'], 0))
    expect(world.platform.visible()).toMatchObject([{ nonce: 'old', part: { markdown: 'Again.' } }])
  })

  it('asks the platform with all that is known of it, and sends nothing twice that it can’t tell', async () => {
    const { world, draft } = await crashed(createWorld({ message: 200 }), 80)
    const asked: unknown[] = []
    Object.assign(world.platform, {
      find: async (sent: unknown) => {
        asked.push(sent)
        return 'unknown'
      },
    })
    const unsure = [...draft.slice(0, 1), { nonce: 'a:1', ref: null, since: 77 }, ...draft.slice(2)]
    await world.clock.run(world.stream(world.answer('a', { draft: unsure }), words(80), 0))
    const others = unsure.flatMap(({ ref }) => ref ?? [])
    expect(asked).toEqual([{ nonce: 'a:1', index: 1, since: 77, others }])
    expect(world.texts('a').join('\n')).toContain('may be unfinished or missing')
    expect(world.saved.get('a')?.at(-1)?.[1]).toEqual(unsure[1])
  })

  it('knows since when a send may be under way, and of one that got no reply the very moment', async () => {
    const asked: { since?: number }[] = []
    const world = createWorld({ fault: (kind) => (kind === 'send' ? 'lost_request' : null) })
    Object.assign(world.platform, {
      find: async (sent: { since?: number }) => {
        asked.push(sent)
        return 'unknown'
      },
    })
    const began = world.clock.now()
    const delivery = world.answer('a')
    await world.clock.flush()
    expect(world.saved.get('a')).toEqual([[{ nonce: 'a:0', ref: null, since: began }]])
    await world.clock.advance(600_000)
    delivery.write('Thought over for long.')
    await world.clock.advance(5_000)
    expect(asked[0]?.since).toBe(began + 600_000)
    void delivery.finish()
    await world.clock.runUntilIdle()
  })

  it('leaves alone what nobody can find, and says so in the next message', async () => {
    const world = createWorld({ finds: false })
    const draft = [{ nonce: 'a:0', ref: null }]
    await world.clock.run(world.stream(world.answer('a', { draft }), ['All of it.'], 0))
    expect(world.texts('a')).toEqual([
      expect.stringMatching(/^\*The message above may be .*\n\nAll of it\.$/s),
    ])
    expect(world.platform.visible()[0]?.nonce).toBe('a:1')
  })
})

describe('a message of a former try that the new text does not need', () => {
  it('is left alone where nobody can find it', async () => {
    const world = createWorld({ finds: false })
    await world.clock.run(world.stream(world.answer('a'), ['Once.'], 0))
    const draft = [...(world.saved.get('a')?.at(-1) ?? []), { nonce: 'a:1', ref: null }]
    await world.clock.run(world.stream(world.answer('a', { draft }), ['Again.'], 0))
    expect(world.texts('a')).toEqual(['Again.'])
  })
})

describe('a try that is broken off while it removes messages', () => {
  /** A long answer, then a shorter one that breaks off around its first removal, then a long one again. */
  async function rewritten(around: 'before its result' | 'after its result') {
    const world = createWorld({ message: 40, latency: () => 20 })
    await world.clock.run(world.stream(world.answer('a'), words(14), 0))
    expect(world.texts('a')).toHaveLength(3)
    const broken = new AbortController()
    const { remove } = world.platform
    Object.assign(world.platform, {
      async remove(...call: Parameters<typeof remove>) {
        const outcome = await remove(call[0], call[1], new AbortController().signal)
        if (around === 'before its result') broken.abort(new Error('edited'))
        else void world.clock.sleep(1).then(() => broken.abort(new Error('edited')))
        return outcome
      },
    })
    const draft = world.saved.get('a')?.at(-1) ?? []
    const shorter = world.answer('a', { draft, signal: broken.signal })
    await expect(world.clock.run(world.stream(shorter, ['short'], 0))).rejects.toThrow('edited')
    Object.assign(world.platform, { remove })
    const last = world.answer('a', { draft: world.saved.get('a')?.at(-1) ?? [] })
    const text = words(14).reverse()
    await world.clock.run(world.stream(last, text, 0))
    return { world, text }
  }

  it.each(['before its result', 'after its result'] as const)(
    'loses no text of the next, %s',
    async (around) => {
      const { world, text } = await rewritten(around)
      expect(world.texts('a').join(' ')).toBe(text.join('').trim())
    },
  )

  it('sends nothing under the nonce of a removed message', async () => {
    const { world } = await rewritten('after its result')
    const sent = world.platform.ledger.filter(({ kind }) => kind === 'send').map(({ message }) => message)
    expect(new Set(sent).size).toBe(sent.length)
  })
})
