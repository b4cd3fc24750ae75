import { describe, expect, it } from 'vitest'
import { thread } from '../fakes/rate-limited-platform.ts'
import { createWorld } from './delivery-world.ts'

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `word${index} `)

describe('an answer on its way', () => {
  it('shows the first word at once, without waiting for a timer', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    await world.clock.flush()
    delivery.write('Hello')
    await world.clock.flush()
    expect(world.texts('a')).toEqual(['Hello'])
    expect(delivery.stats.firstShownAt).toBe(world.clock.now())
    expect(world.platform.visible()[0]?.part).toMatchObject({ state: 'writing', controls: ['stop'] })
  })

  it('ends with the whole text, its state and its buttons', async () => {
    const world = createWorld({ latency: () => 50 })
    const delivery = world.answer('a')
    const { result } = await world.clock.run(world.stream(delivery, words(30), 20))
    expect(world.texts('a')).toEqual([words(30).join('').trim()])
    expect(world.platform.visible()[0]?.part).toMatchObject({ state: 'done', controls: ['regenerate'] })
    expect(result).toMatchObject({ kind: 'shown', text: words(30).join('') })
    expect(result.parts).toEqual([{ nonce: 'a:0', ref: { channel: 'a', id: '1' } }])
  })

  it('sends only the newest text, one call at a time', async () => {
    const world = createWorld({ latency: () => 200 })
    await world.clock.run(world.stream(world.answer('a'), words(100), 10))
    const texts = world.platform.ledger.map((entry) => entry.text)
    expect(texts.length).toBeLessThan(9)
    expect([...texts].sort((a, b) => a.length - b.length)).toEqual(texts)
    expect(world.platform.most.sideBySide).toBe(1)
  })

  it('sends full messages in order, each with its final text before the next begins', async () => {
    const world = createWorld({ message: 60, latency: () => 30 })
    await world.clock.run(world.stream(world.answer('a'), words(40), 10))
    expect(world.texts('a').join(' ')).toBe(words(40).join('').trim())
    const done = world.platform.visible().map((message) => message.part)
    expect(done.slice(0, -1).every((part) => part.state === 'done' && part.controls.length === 0)).toBe(true)
    expect(done.at(-1)?.controls).toEqual(['regenerate'])
    for (const [index, entry] of world.platform.ledger.entries()) {
      const before = world.platform.ledger.slice(0, index).filter((each) => each.kind === 'send').length
      if (entry.kind === 'edit') expect(entry.message).toBe(String(before))
    }
  })

  it('makes no call for a text that is shown already, and one where only the buttons differ', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    delivery.write('All.')
    await world.clock.flush()
    await world.clock.run(delivery.finish())
    expect(world.platform.ledger.map((entry) => [entry.kind, entry.text])).toEqual([
      ['send', 'All.'],
      ['edit', 'All.'],
    ])
    const plain = createWorld({ can: { edit: false } })
    const other = plain.answer('a')
    other.write('All.')
    await plain.clock.run(other.finish())
    expect(plain.platform.ledger).toHaveLength(1)
  })

  it('sends each message once and final where messages cannot be edited', async () => {
    const world = createWorld({ can: { edit: false }, message: 60 })
    await world.clock.run(world.stream(world.answer('a'), words(30), 10))
    expect(world.platform.ledger.every((entry) => entry.kind === 'send' && entry.state === 'done')).toBe(true)
    expect(world.texts('a').join(' ')).toBe(words(30).join('').trim())
  })

  it('shows nothing of an answer without a word, and takes no call for it', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    delivery.write(' \n')
    expect(await world.clock.run(delivery.finish())).toMatchObject({ kind: 'shown', messages: [] })
    expect(world.platform.ledger).toEqual([])
  })

  it('leaves the pacer behind as it was', async () => {
    const world = createWorld()
    await world.clock.run(world.stream(world.answer('a'), words(3), 10))
    expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
    expect(world.clock.sleepers()).toBe(0)
  })
})

describe('stop and failure', () => {
  it('keeps what was written and marks it, within 100 ms', async () => {
    const world = createWorld({ latency: () => 20 })
    const delivery = world.answer('a')
    for (const word of words(5)) delivery.write(word)
    await world.clock.advance(30)
    const began = world.clock.elapsed()
    await world.clock.run(delivery.stop('*stopped*'))
    expect(world.clock.elapsed() - began).toBeLessThan(100)
    expect(world.texts('a')).toEqual([`${words(5).join('').trim()}\n\n*stopped*`])
    expect(world.platform.visible()[0]?.part.state).toBe('stopped')
  })

  it('takes no text after the end, and ends once', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    delivery.write('one')
    const first = delivery.fail('*failed*')
    delivery.write(' two')
    expect(await world.clock.run(delivery.stop('*stopped*'))).toBe(await first)
    expect(world.texts('a')).toEqual(['one\n\n*failed*'])
  })

  it('shows the words alone when nothing was written', async () => {
    const world = createWorld()
    await world.clock.run(world.answer('a').fail('The model could not be reached.'))
    expect(world.texts('a')).toEqual(['The model could not be reached.'])
  })

  it('makes no call once the lease is lost', async () => {
    const world = createWorld({ latency: () => 100 })
    const lease = new AbortController()
    const delivery = world.answer('a', { signal: lease.signal })
    delivery.write('Hello')
    await world.clock.advance(60)
    lease.abort(new Error('lease lost'))
    delivery.write(' there')
    await expect(delivery.finish()).rejects.toThrow('lease lost')
    await world.clock.runUntilIdle()
    expect(world.platform.ledger).toHaveLength(1)
    expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
  })

  it('rejects when the draft cannot be saved, and sends nothing', async () => {
    const world = createWorld()
    const delivery = world.answer('a', { saveParts: () => Promise.reject(new Error('disk full')) })
    delivery.write('Hello')
    await expect(delivery.finish()).rejects.toThrow('disk full')
    expect(world.platform.ledger).toEqual([])
  })
})

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
    expect(world.saved.get('a')).toEqual([[{ nonce: 'a:0', ref: null }]])
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
    expect(result.result.kind).toBe('shown')
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

describe('what can become of a call', () => {
  it('stops writing a message that a person has deleted', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    delivery.write('one')
    await world.clock.flush()
    world.platform.deleteAsPerson('1')
    delivery.write(' two')
    const result = await world.clock.run(delivery.finish())
    expect(result.kind).toBe('shown')
    expect(world.texts('a')).toEqual([])
    expect(world.platform.ledger.filter((entry) => entry.kind === 'send')).toHaveLength(1)
  })

  it.each([
    ['gone', { kind: 'gone' }],
    ['forbidden', { kind: 'forbidden', why: 'Missing Access' }],
  ] as const)('gives up when the place is %s, before the text is whole', async (fault, why) => {
    const world = createWorld({ fault: () => fault })
    const delivery = world.answer('a')
    delivery.write('Hello')
    expect(await world.clock.run(delivery.delivered)).toMatchObject({ kind: 'given_up', why })
    expect(await delivery.finish()).toMatchObject({ kind: 'given_up' })
  })

  it('plans again with shorter messages when the platform finds one too long', async () => {
    const world = createWorld({ message: 200, takes: (text) => text.length <= 120 })
    const text = words(80)
    await world.clock.run(world.stream(world.answer('a'), text, 5))
    expect(world.texts('a').join(' ')).toBe(text.join('').trim())
  })

  it('gives up on a platform that finds everything too long', async () => {
    const world = createWorld({ takes: () => false })
    const { result } = await world.clock.run(world.stream(world.answer('a'), words(40), 5))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'too_long' } })
  })

  it('tries a final text again when it could not be sent', async () => {
    let failing = 3
    const world = createWorld({ fault: () => (failing-- > 0 ? 'not_sent' : null) })
    await world.clock.run(world.stream(world.answer('a'), ['Hello'], 0))
    expect(world.texts('a')).toEqual(['Hello'])
  })

  it('gives a final text up after five tries', async () => {
    const world = createWorld({ fault: () => 'not_sent' })
    const began = world.clock.elapsed()
    const { result } = await world.clock.run(world.stream(world.answer('a'), ['Hello'], 0))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'failed' } })
    expect(world.clock.elapsed() - began).toBeLessThan(30_000)
  })

  it('opens the place while the model thinks, trying again as the platform allows', async () => {
    const world = createWorld()
    const answers = [
      { kind: 'limited', retryAfterMs: 700 },
      { kind: 'failed', cause: new Error('reset') },
    ] as const
    let tries = 0
    const delivery = world.answer('a', {
      place: () => Promise.resolve(answers[tries++] ?? { kind: 'open', place: thread('opened') }),
    })
    await world.clock.run(world.stream(delivery, ['Hello'], 0))
    expect(world.texts('opened')).toEqual(['Hello'])
    expect(tries).toBe(3)
  })

  it('gives up where it may not open the place', async () => {
    const world = createWorld()
    const delivery = world.answer('a', {
      place: () => Promise.resolve({ kind: 'forbidden', why: 'No threads here' }),
    })
    expect(await world.clock.run(delivery.finish())).toMatchObject({
      kind: 'given_up',
      why: { kind: 'forbidden', why: 'No threads here' },
    })
  })

  it('does not wait for ever for a call that never returns', async () => {
    const world = createWorld()
    let hanging = true
    const edit = world.platform.edit
    Object.assign(world.platform, {
      edit: (...call: Parameters<typeof edit>) => {
        if (!hanging) return edit(...call)
        hanging = false
        return new Promise(() => {})
      },
    })
    await world.clock.run(world.stream(world.answer('a'), ['one', ' two'], 5))
    expect(world.texts('a')).toEqual(['one two'])
  })
})

describe('a send whose reply is lost', () => {
  it('is found and edited, never repeated', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_reply' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is sent again under the same nonce when it never arrived', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_request' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    expect(world.platform.visible()).toMatchObject([{ nonce: 'a:0' }])
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is not repeated when it arrives after the first look', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'late_request' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    await world.clock.runUntilIdle()
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is left alone and marked where nobody can find it; the text goes on below', async () => {
    let sends = 0
    const world = createWorld({
      finds: false,
      fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_reply' : null),
    })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    const [first, second] = world.texts('a')
    expect(first).toBe('word0')
    expect(second).toMatch(/^\*The message above may be unfinished or missing.*\*\n\nword1 word2/s)
    expect(second).toMatch(/word9$/)
  })
})
