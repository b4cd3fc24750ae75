import { describe, expect, it } from 'vitest'
import { placeOf } from '../../src/conversation/place.ts'
import type { Spot } from '../../src/ports/platform.ts'

const spot: Spot = {
  platform: 'discord',
  workspace: 'w',
  channel: 'c',
  thread: null,
  message: { channel: 'c', id: 'm1' },
  direct: false,
  threadIfOpened: 'm1',
}

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
    expect(placeOf({ ...spot, direct: true }, 'thread').conversation.thread).toBe('')
    expect(placeOf(spot, 'channel').conversation.thread).toBe('')
  })

  it('is a conversation of its own per question where threads are not wanted or can’t be opened', () => {
    const reply = placeOf(spot, 'reply')
    expect(reply.root).toBeNull()
    expect(reply.conversation.thread).toBe('reply:m1')
    expect(placeOf({ ...spot, threadIfOpened: null }, 'thread').conversation.thread).toBe('reply:m1')
  })
})
