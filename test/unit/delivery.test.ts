import { describe, expect, it } from 'vitest'
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

  it('makes a call where only the state differs', async () => {
    const world = createWorld()
    const delivery = world.answer('a', { controls: () => [] })
    delivery.write('All.')
    await world.clock.flush()
    await world.clock.run(delivery.finish())
    expect(world.platform.ledger.map((entry) => entry.state)).toEqual(['writing', 'done'])
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

describe('a text that becomes whole', () => {
  it('while a message’s intent is saved waits for leave as what it is now', async () => {
    const world = createWorld({ message: 60 })
    const ranks: string[] = []
    const saving = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const delivery = world.answer('a', {
      pacer: {
        ...world.pacer,
        enter(platform) {
          const seat = world.pacer.enter(platform)
          const take: typeof seat.take = (wish, signal) => {
            ranks.push(wish.rank)
            return seat.take(wish, signal)
          }
          return { ...seat, take }
        },
      },
      async saveParts(parts) {
        if (parts.length < 2 || parts[1]?.ref) return
        reached.resolve()
        await saving.promise
      },
    })
    for (const word of words(14)) delivery.write(word)
    await world.clock.run(reached.promise)
    const end = delivery.finish()
    saving.resolve()
    await world.clock.run(end)
    expect(world.texts('a').join(' ')).toBe(words(14).join('').trim())
    expect(ranks).toEqual(['first', 'final'])
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
