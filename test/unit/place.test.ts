import { describe, expect, it } from 'vitest'
import { findPlace, placeOf } from '../../src/conversation/place.ts'
import { createWhereabouts } from '../../src/conversation/whereabouts.ts'
import type { MessageRef } from '../../src/ports/event.ts'
import type { Spot } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'

const spot: Spot = {
  platform: 'discord',
  workspace: 'w',
  channel: 'c',
  thread: null,
  message: { channel: 'c', id: 'm1' },
  repliesTo: null,
  direct: false,
  threadIfOpened: 'm1',
}

/** A direct message where no threads are. */
const alone: Spot = { ...spot, direct: true, threadIfOpened: null }

describe('the place of an answer', () => {
  it('is the thread that will be opened on the message, under its key from the first moment', () => {
    const place = placeOf(spot, 'thread')
    expect(place.conversation.thread).toBe('m1')
    expect(place.root).toEqual(spot.message)
    // A reply inside that thread arrives with the thread's id: the same conversation.
    const inside = placeOf({ ...spot, thread: 'm1', message: { channel: 'm1', id: 'm2' } }, 'thread')
    expect(inside.conversation).toEqual(place.conversation)
    expect(inside.root).toBeNull()
  })

  it('is the channel itself in direct messages and where the channel is one conversation', () => {
    expect(placeOf(alone, 'thread').conversation.thread).toBe('')
    expect(placeOf(spot, 'channel').conversation.thread).toBe('')
  })

  it('is a thread in direct messages too, where each of them can have one', () => {
    for (const mode of ['thread', 'reply'] as const) {
      const place = placeOf({ ...spot, direct: true }, mode)
      expect(place).toEqual({ ...placeOf(spot, 'thread'), direct: true })
    }
    expect(placeOf({ ...spot, direct: true }, 'channel').conversation.thread).toBe('')
    // A command, which is no message and opens none.
    const command = placeOf({ ...alone, threads: true }, 'thread')
    expect(command.conversation.thread).toBe('reply:m1')
    expect(placeOf({ ...alone, threads: true }, 'channel').conversation.thread).toBe('')
  })

  it('is a conversation of its own per question where threads are not wanted or can’t be opened', () => {
    const reply = placeOf(spot, 'reply')
    expect(reply.root).toBeNull()
    expect(reply.conversation.thread).toBe('reply:m1')
    expect(reply.replyTo).toEqual(spot.message)
    expect(placeOf({ ...spot, threadIfOpened: null }, 'thread').conversation.thread).toBe('reply:m1')
  })
})

describe('the place of a message that may belong to a conversation without a thread', () => {
  const chain = { platform: 'discord', workspace: 'w', channel: 'c', thread: 'reply:m0' }
  const repliesTo = { channel: 'c', id: 'b0' }
  const asked: string[][] = []
  const known = (...ids: readonly string[]) => ({
    find: async (_at: unknown, message: MessageRef, replied: MessageRef | null) => {
      const messages = replied === null ? [message.id] : [message.id, replied.id]
      asked.push(messages)
      const own = ids.includes(message.id)
      return messages.some((id) => ids.includes(id)) ? { conversation: chain, own } : null
    },
  })

  it.each(['thread', 'reply'] as const)('is that conversation, in mode %s', async (mode) => {
    for (const store of [known('m1'), known('b0')]) {
      const place = await findPlace({ ...spot, repliesTo }, mode, store)
      expect(place).toEqual({ conversation: chain, root: null, replyTo: spot.message, direct: false })
    }
    expect(await findPlace({ ...spot, repliesTo }, mode, known('x'))).toEqual(placeOf(spot, mode))
    expect(await findPlace(spot, mode, known('b0'))).toEqual(placeOf(spot, mode))
  })

  it('is where it was admitted, whatever becomes of the message it replies to and of the mode', async () => {
    const find = async () => ({ conversation: { ...chain, thread: 'm1' }, own: true })
    const place = placeOf(spot, 'thread')
    for (const mode of ['thread', 'reply'] as const)
      expect(await findPlace({ ...spot, repliesTo }, mode, { ...known(), find })).toEqual(place)
  })

  it('is never one of another channel, whatever the message refers to', async () => {
    const here = { ...spot, channel: 'd', message: { channel: 'd', id: 'm1' }, repliesTo }
    expect(await findPlace(here, 'reply', known('b0'))).toEqual(placeOf(here, 'reply'))
  })

  it('is looked up once, and not at all where there is only one it can belong to', async () => {
    asked.length = 0
    await findPlace({ ...spot, repliesTo }, 'reply', known())
    await findPlace(spot, 'thread', known())
    expect(asked).toEqual([['m1', 'b0'], ['m1']])
    for (const more of [{ thread: 't' }, { direct: true, threadIfOpened: null }])
      expect(await findPlace({ ...spot, repliesTo, ...more }, 'reply', known('m1', 'b0'))).toEqual(
        placeOf({ ...spot, ...more }, 'reply'),
      )
    expect(await findPlace({ ...spot, repliesTo }, 'channel', known('m1', 'b0'))).toEqual(
      placeOf(spot, 'channel'),
    )
    expect(asked).toHaveLength(2)
  })
})

describe('the place of a message in a thread that is no more than what stands under one message', () => {
  const root: MessageRef = { channel: 'c', id: 'b0' }
  const under: Spot = { ...spot, platform: 'slack', thread: 'b0', repliesTo: root, threadIfOpened: null }
  const at = { platform: 'slack', workspace: 'w', channel: 'c' }
  const known = (thread: string | null) => ({
    find: async () => (thread === null ? null : { conversation: { ...at, thread }, own: false }),
  })

  it('is the thread where nothing else is known of that message', async () => {
    for (const mode of ['thread', 'reply', 'channel'] as const)
      expect(await findPlace(under, mode, known(null))).toEqual(placeOf(under, 'thread'))
    expect(await findPlace(under, 'thread', known('b0'))).toEqual(placeOf(under, 'thread'))
  })

  it.each(['thread', 'reply', 'channel'] as const)(
    'is the conversation of an answer outside every thread, in mode %s',
    async (mode) => {
      const place = await findPlace(under, mode, known('reply:m0'))
      const conversation = { ...at, thread: 'reply:m0' }
      expect(place).toEqual({ conversation, root: null, replyTo: root, direct: false })
    },
  )

  it('is the channel’s under a question there from its admission on, and stays so whatever the mode', async () => {
    const stored = new Map<string, unknown>()
    const store: Pick<Store, 'getMany' | 'set'> = {
      getMany: async <T>(keys: readonly string[]) => keys.map((key) => stored.get(key) as T | undefined),
      set: async (key, value) => stored.set(key, value).has(key),
    }
    const whereabouts = createWhereabouts(store as Store, 1_000)
    const question: Spot = { ...spot, platform: 'slack', message: root, threadIfOpened: root.id }
    await whereabouts.noteQuestion(await findPlace(question, 'channel', whereabouts), root)
    const whole = { conversation: { ...at, thread: '' }, root: null, replyTo: root, direct: false }
    const first = await findPlace(under, 'channel', whereabouts)
    expect(first).toEqual(whole)
    await whereabouts.noteQuestion(first, under.message)
    expect(await findPlace(under, 'thread', whereabouts)).toEqual(whole)
  })

  it('is the thread’s own where the message refers to another than its root', async () => {
    const elsewhere = { ...under, repliesTo: { channel: 'c', id: 'b9' } }
    expect(await findPlace(elsewhere, 'thread', known('reply:m0'))).toEqual(placeOf(under, 'thread'))
  })
})
