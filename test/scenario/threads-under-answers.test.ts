import { describe, expect, it } from 'vitest'
import type { MessageRef } from '../../src/ports/event.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled } from './watching.ts'

const general = (id: string): MessageRef => ({ channel: 'general', id })

/** Where a message stands that is written under another, on a platform where that is all that a thread is (Slack). */
const under = (house: House, root: MessageRef, id = 'below') =>
  house.chat.intake.place({
    ...{ platform: 'chat', workspace: 'team', channel: 'general', direct: false, threadIfOpened: null },
    ...{ message: general(id), thread: root.id, repliesTo: root },
  })

async function answered(house: House, count: number): Promise<void> {
  const reply = await house.model.next()
  reply.say('An answer')
  reply.end()
  await settled(house, count)
}

describe('what is said under an answer that stands in no thread', () => {
  it('goes on with the command that it answers', async () => {
    const house = await openHouse()
    await talk(house).command('ask', { prompt: 'hi' }, 'reply:c1')
    await answered(house, 1)
    const place = await under(house, general('b1'))
    expect(place).toMatchObject({ conversation: { thread: 'reply:c1' }, root: null, replyTo: general('b1') })
    expect(await house.chat.intake.follows(place.conversation)).toBe(true)
  })

  it('goes on with a chain of replies, under its first question too', async () => {
    const house = await openHouse({ mode: 'reply' })
    const first = await talk(house).say('hi')
    await answered(house, 1)
    for (const root of [first.message, general('b1')]) {
      const place = await under(house, root)
      expect(place).toMatchObject({ conversation: first.place.conversation, replyTo: root })
    }
  })

  it('goes on with the channel, where that is one conversation, and is found again by an edit', async () => {
    const house = await openHouse({ mode: 'channel' })
    const first = await talk(house).say('hi')
    await answered(house, 1)
    const place = await under(house, general('b1'))
    expect(place).toMatchObject({ conversation: first.place.conversation, replyTo: general('b1') })
    const said = { kind: 'message', at: 0, by: person('pia'), text: 'more', files: [], quotes: [] } as const
    await house.chat.intake.admit({ ...said, id: 'below', place, message: general('below') })
    await answered(house, 2)
    expect(await under(house, general('b1'))).toEqual(place)
    // A thread that people have among themselves is its own.
    expect((await under(house, general('theirs'), 'other')).conversation.thread).toBe('theirs')
  })

  it('and in a thread of its own is the thread', async () => {
    const house = await openHouse()
    const first = await talk(house).say('hi')
    await answered(house, 1)
    const place = await under(house, first.message)
    expect(place).toEqual({ conversation: first.place.conversation, root: null, direct: false })
  })
})
