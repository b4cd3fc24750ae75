import { describe, expect, it, vi } from 'vitest'
import { ModelError } from '../../src/ports/failure.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'
import { openHouse } from './house.ts'
import { settled, shows, soon, texts } from './watching.ts'

const failed = ['Down.']
const down = () => new ModelError('server', 'Down.')

/** A question whose answer repeats it. */
async function answered(house: House) {
  const pia = talk(house)
  const { message, thread } = await pia.say('My password is hunter2. Repeat it.')
  const first = await house.model.next()
  first.say('Your password is hunter2.')
  first.end()
  await settled(house, 1)
  const answer = { channel: 'general', id: house.chat.visible()[0]?.id ?? '' }
  return { pia, message, thread, answer }
}

async function promptNow(house: House, thread: string): Promise<string> {
  await talk(house).say('What did I say first?', thread)
  const next = await house.model.next()
  next.end()
  return JSON.stringify(next.request.messages)
}

describe('what was taken back from an answer that can’t be written again', () => {
  it('by an edit is seen by nobody any more, the model neither', async () => {
    const house = await openHouse()
    const { pia, message, thread, answer } = await answered(house)
    await pia.edit(message, thread, 'Tell me a joke.')
    const second = await house.model.next()
    second.fail(down())
    await settled(house, 2)
    expect(texts(house)).toEqual(failed)
    expect(texts(house).join()).not.toContain('hunter2')
    await pia.regenerate(answer, thread)
    const third = await house.model.next()
    third.fail(down())
    await settled(house, 3)
    expect(texts(house).join()).not.toContain('hunter2')
    expect(await promptNow(house, thread)).not.toContain('hunter2')
  })

  it('by deleting one of its questions is not seen any more', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('Hi')
    const zero = await house.model.next()
    const secret = await pia.say('My password is hunter2.', thread)
    await pia.say('Repeat it.', thread)
    zero.say('Hello')
    zero.end()
    const first = await house.model.next()
    first.say('Your password is hunter2.')
    first.end()
    await settled(house, 2)
    await pia.remove(secret.message, thread)
    const second = await house.model.next()
    second.fail(down())
    await settled(house, 3)
    expect(texts(house)).toEqual(['Hello', ...failed])
    expect(texts(house).join()).not.toContain('hunter2')
  })

  it('while it is written again at the push of a button is not seen any more', async () => {
    const house = await openHouse()
    const { pia, message, thread, answer } = await answered(house)
    await pia.regenerate(answer, thread)
    await house.model.next()
    await pia.edit(message, thread, 'Tell me a joke.')
    const third = await house.model.next()
    third.fail(down())
    await vi.waitFor(() => expect(texts(house)).toEqual(failed), soon)
    expect(texts(house).join()).not.toContain('hunter2')
  })

  it('is not heard any more', async () => {
    const house = await openHouse()
    const { pia, message, thread, answer } = await answered(house)
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
    const place = { conversation, root: null, direct: false }
    const by = person('ida')
    await house.chat.intake.admit({ kind: 'read_aloud', id: 'aloud', at: Date.now(), by, place, answer })
    await settled(house, 2)
    const sounds = () => house.chat.visible().filter(({ part }) => part.file?.kind === 'sound')
    expect(sounds()).toHaveLength(1)
    await pia.edit(message, thread, 'Tell me a joke.')
    const second = await house.model.next()
    second.fail(down())
    await vi.waitFor(() => expect(sounds()).toEqual([]), soon)
    expect(texts(house)).toEqual(failed)
  })

  it('is not seen in its pictures any more', async () => {
    const house = await openHouse({ paints: true, chat: createChatPlatform() })
    const pia = talk(house)
    const { message, thread } = await pia.say('Paint my password')
    const first = await house.model.next()
    first.paint(png(4, 4))
    first.say('Here it is.')
    first.end()
    await settled(house, 1)
    expect(house.chat.visible()).toHaveLength(2)
    await pia.edit(message, thread, 'Tell me a joke.')
    const second = await house.model.next()
    second.fail(down())
    await settled(house, 2)
    await shows(house, 'Down')
    expect(house.chat.visible().filter(({ part }) => part.file)).toEqual([])
  })
})
