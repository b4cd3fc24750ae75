import { describe, expect, it } from 'vitest'
import type { Part } from '../../src/ports/platform.ts'
import { fileText, whole, words } from './delivery-samples.ts'
import { createWorld, type World } from './delivery-world.ts'

const small = { message: 100, messagesPerAnswer: 5, latency: () => 20 }
/** Seven characters each, blank included: 14 to a message. */
const many = (count: number) => Array.from({ length: count }, (_, at) => `w${String(at).padStart(5, '0')} `)
const parts = (world: World): Part[] => world.platform.visible().map(({ part }) => part)
const file = (text: string) => ({ kind: 'text', name: 'answer.md', text })

describe('an answer of more messages than are wanted', () => {
  it('ends in a file with the whole of it, below the messages that were shown already', async () => {
    const world = createWorld(small)
    const deltas = many(200)
    await world.clock.run(world.stream(world.answer('a'), deltas, 30))
    const shown = parts(world)
    expect(shown).toHaveLength(5)
    expect(
      whole(deltas).startsWith(
        shown
          .slice(0, 4)
          .map(({ markdown }) => markdown)
          .join(' '),
      ),
    ).toBe(true)
    expect(shown.slice(0, 4).every((part) => part.file === undefined && part.controls.length === 0)).toBe(
      true,
    )
    expect(shown[4]).toMatchObject({ state: 'done', controls: ['regenerate'], file: { name: 'answer.md' } })
    expect(fileText(shown[4])?.trim()).toBe(whole(deltas))
  })

  it('says so while it is written, can be stopped there, and is edited once more at the end', async () => {
    const world = createWorld(small)
    const deltas = many(400)
    void world.stream(world.answer('a'), deltas, 30)
    await world.clock.advance(90 * 30)
    const calls = world.platform.ledger.length
    expect(parts(world)[4]).toEqual({
      markdown: '*The answer goes on. It comes as a file when it is whole.*',
      state: 'writing',
      controls: ['stop'],
    })
    await world.clock.runUntilIdle()
    expect(world.platform.ledger.slice(calls).map(({ kind, state }) => [kind, state])).toEqual([
      ['edit', 'done'],
    ])
  })

  it('is a file at once where nothing of it was shown before', async () => {
    const world = createWorld({ ...small, can: { edit: false } })
    const delivery = world.answer('a')
    delivery.write(many(200).join(''))
    await world.clock.run(delivery.finish())
    expect(world.platform.ledger.map(({ kind }) => kind)).toEqual(Array(5).fill('send'))
    expect(parts(world)[4]?.file).toEqual(file(many(200).join('')))
  })

  it.each(['edit', 'send'] as const)('goes on in messages where the file is refused (%s)', async (way) => {
    const world = createWorld({ ...small, can: { edit: way === 'edit' } })
    const { send, edit } = world.platform
    const refused = { kind: 'no_file', why: 'switched off' } as const
    Object.assign(world.platform, {
      send: async (...given: Parameters<typeof send>) => (given[1].file ? refused : send(...given)),
      edit: async (...given: Parameters<typeof edit>) => (given[2].file ? refused : edit(...given)),
    })
    const deltas = many(200)
    const { result } = await world.clock.run(world.stream(world.answer('a'), deltas, 30))
    expect(result.kind).toBe('shown')
    expect(world.texts('a').join(' ')).toBe(whole(deltas))
    expect(parts(world).at(-1)).toMatchObject({ state: 'done', controls: ['regenerate'] })
    expect(parts(world).every(({ file }) => file === undefined)).toBe(true)
  })

  it('promises no file where none is taken', async () => {
    const world = createWorld(small)
    Object.assign(world.platform, { takesFiles: () => false })
    const deltas = many(200)
    const delivery = world.answer('a')
    void world.stream(delivery, deltas, 30)
    await world.clock.advance(150 * 30)
    expect(world.texts('a').join(' ')).not.toContain('as a file')
    await world.clock.runUntilIdle()
    expect(world.texts('a').join(' ')).toBe(whole(deltas))
  })

  it('goes on in messages where it is for one person, and their messages carry no files', async () => {
    const world = createWorld({ ...small, can: { privateFiles: false } })
    const delivery = world.answer('a', { privateTo: 'ada' })
    delivery.write(many(200).join(''))
    await world.clock.run(delivery.finish())
    expect(parts(world).every(({ file }) => file === undefined)).toBe(true)
    expect(world.texts('a').join(' ')).toBe(whole(many(200)))
  })

  it.each(['stop', 'fail'] as const)('carries its mark and what there is of it after a %s', async (end) => {
    const world = createWorld(small)
    const delivery = world.answer('a')
    delivery.write(many(100).join(''))
    await world.clock.run(delivery[end]('*Over.*'))
    expect(parts(world)[4]).toMatchObject({
      markdown: '*What was written of the answer is in the file.*\n\n*Over.*',
      state: end === 'stop' ? 'stopped' : 'failed',
      file: file(many(100).join('')),
    })
  })
})

describe('an answer of just so many messages', () => {
  it('has no file', async () => {
    const world = createWorld(small)
    const delivery = world.answer('a')
    delivery.write(many(70).join(''))
    await world.clock.run(delivery.finish())
    expect(parts(world)).toHaveLength(5)
    expect(parts(world).some((part) => part.file)).toBe(false)
    expect(world.texts('a').join(' ')).toBe(whole(many(70)))
  })
})

describe('the next try of an answer', () => {
  async function rewritten(before: number, after: number): Promise<World> {
    const world = createWorld(small)
    await world.clock.run(world.stream(world.answer('a'), many(before), 0))
    const draft = world.saved.get('a')?.at(-1) ?? []
    await world.clock.run(world.stream(world.answer('a', { draft }), many(after), 0))
    return world
  }

  it.each([
    ['from a file to one message', 200, 5, 1],
    ['from a file to five messages', 200, 70, 5],
    ['from one message to a file', 5, 200, 5],
    ['from a file to a file', 200, 300, 5],
  ])('goes %s', async (_, before, after, count) => {
    const shown = parts(await rewritten(before, after))
    expect(shown).toHaveLength(count)
    if (after <= 70) {
      expect(shown.some((part) => part.file)).toBe(false)
      expect(shown.map(({ markdown }) => markdown).join(' ')).toBe(whole(many(after)))
    } else expect(fileText(shown[4])?.trim()).toBe(whole(many(after)))
  })
})

describe('a message that may be lost', () => {
  it('leaves its place to another, and the file is whole', async () => {
    const world = createWorld({
      ...small,
      finds: false,
      fault: (kind, call) => (kind === 'send' && call === 4 ? 'lost_request' : null),
    })
    const delivery = world.answer('a')
    delivery.write(many(200).join(''))
    await world.clock.run(delivery.finish())
    expect(parts(world)).toHaveLength(5)
    expect(fileText(parts(world)[4])).toBe(many(200).join(''))
  })

  it('takes nothing of the text with it, though it only said that the answer goes on', async () => {
    const world = createWorld({
      ...small,
      message: 400,
      finds: false,
      fault: (kind, call) => (kind === 'send' && call === 4 ? 'lost_request' : null),
    })
    const delivery = world.answer('a')
    delivery.write(many(305).join(''))
    await world.clock.advance(5_000)
    await world.clock.run(delivery.finish())
    expect(fileText(parts(world)[4])).toBe(many(305).join(''))
  })

  it('is looked up where the platform can, and takes the file', async () => {
    const world = createWorld({
      ...small,
      fault: (kind, call) => (kind === 'send' && call === 4 ? 'lost_reply' : null),
    })
    const delivery = world.answer('a')
    delivery.write(words(2).join(''))
    delivery.write(many(200).join(''))
    await world.clock.run(delivery.finish())
    expect(parts(world)).toHaveLength(5)
    expect(fileText(parts(world)[4])?.endsWith(many(200).join(''))).toBe(true)
  })
})
