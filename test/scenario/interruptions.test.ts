import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { talk } from '../fakes/people.ts'
import { createScriptedModel } from '../fakes/scripted-model.ts'
import { openHouse, temporaryDirectory } from './house.ts'
import { twoTogether } from './several.ts'
import { reads, settled, shows, soon } from './watching.ts'

describe('a stop of the program', () => {
  it('marks the answer being written, and the next start finishes it in the same message', async () => {
    const [chat, path] = [createChatPlatform(), join(temporaryDirectory(), 'parley.db')]
    const before = await openHouse({ chat, path })
    await talk(before).say('Tell me a story')
    const first = await before.model.next()
    first.say('Once upon a time ')
    await shows(before, 'Once upon a time')
    await before.close()
    expect(first.aborted.aborted).toBe(true)
    expect(chat.visible().map(({ part }) => part.markdown)).toEqual([
      expect.stringMatching(/^Once upon a time\s+\*— interrupted by a restart/),
    ])

    const after = await openHouse({ chat, path, model: createScriptedModel() })
    const second = await after.model.next()
    expect(second.request.messages).toEqual(first.request.messages)
    second.say('Once there was a lease.')
    second.end()
    await settled(after, 1)
    expect(chat.visible().map(({ part }) => [part.markdown, part.state])).toEqual([
      ['Once there was a lease.', 'done'],
    ])
  })
})

describe('several messages in one turn', () => {
  const question = (request: { readonly messages: readonly { readonly content: unknown }[] }) =>
    JSON.stringify(request.messages.slice(2))

  it('go on without the one that is deleted while they are answered', async () => {
    const { house, pia, thread, two, second } = await twoTogether()
    expect(question(second.request)).toContain('Two?')
    second.say('2 and ')
    await shows(house, '2 and')
    await pia.remove(two, thread)
    const third = await house.model.next()
    expect(question(third.request)).not.toContain('Two?')
    expect(question(third.request)).toContain('Three?')
    third.say('3')
    third.end()
    await shows(house, '3')
    await reads(house, ['1', '3'])
  })

  it('are answered again for the rest when one is deleted afterwards, and lose their answer with the last', async () => {
    const { house, pia, thread, two, three, second } = await twoTogether()
    second.say('2 and 3')
    second.end()
    await settled(house, 2)
    await pia.remove(two, thread)
    const third = await house.model.next()
    expect(question(third.request)).not.toContain('Two?')
    third.say('only 3')
    third.end()
    await reads(house, ['1', 'only 3'])
    await settled(house, 3)
    await pia.remove(three, thread)
    await reads(house, ['1'])
  })
})

describe('an answer that is written again', () => {
  async function regenerating() {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('2+2?')
    const first = await house.model.next()
    first.say('4')
    first.end()
    await settled(house, 1)
    await pia.regenerate({ channel: 'general', id: 'b1' }, thread)
    const second = await house.model.next()
    second.say('Four, ')
    await shows(house, 'Four,')
    return { house, pia, message, thread }
  }

  it('goes when its question is deleted meanwhile, and stays away', async () => {
    const { house, pia, message, thread } = await regenerating()
    await pia.remove(message, thread)
    await reads(house, [])
    await settled(house, 2)
    house.model.always(() => ['What 2?'])
    await pia.say('And?', thread)
    await settled(house, 3)
    expect(house.model.requests.at(-1)?.messages).toHaveLength(1)
  })

  it('follows an edit meanwhile', async () => {
    const { house, pia, message, thread } = await regenerating()
    await pia.edit(message, thread, '3+3?')
    const third = await house.model.next()
    expect(JSON.stringify(third.request.messages)).toContain('3+3?')
    third.say('6')
    third.end()
    await reads(house, ['6'])
    expect(house.model.requests).toHaveLength(3)
  })
})

describe('an edit of a message that still waits', () => {
  it('is answered with its new words, once', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('First?')
    const first = await house.model.next()
    const { message } = await pia.say('Sceond?', thread)
    await pia.edit(message, thread, 'Second?')
    await vi.waitFor(async () => expect((await house.database.inbox.depth()).waiting).toBe(1), soon)
    first.end()
    const second = await house.model.next()
    const asked = JSON.stringify(second.request.messages)
    expect(asked).toContain('Second?')
    expect(asked).not.toContain('Sceond?')
    second.say('2')
    second.end()
    await settled(house, 2)
    expect(house.model.requests).toHaveLength(2)
  })
})

describe('a platform that can’t open a thread', () => {
  it('gets the answer beside the question', async () => {
    const chat = createChatPlatform({ openPlace: async () => ({ kind: 'forbidden', why: 'no permission' }) })
    const house = await openHouse({ chat })
    house.model.always(() => ['Here then.'])
    await talk(house).say('Hello?')
    await settled(house, 1)
    expect(chat.visible()).toMatchObject([{ thread: '', part: { markdown: 'Here then.' } }])
  })
})
