import { describe, expect, it, vi } from 'vitest'
import { ModelError } from '../../src/ports/failure.ts'
import { person, talk } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'
import { openHouse } from './house.ts'
import { reads, settled, shows, soon, texts } from './watching.ts'

describe('a message', () => {
  it('is answered once in a thread of its own, while the answer is written', async () => {
    const house = await openHouse()
    const { thread } = await talk(house).say('What is a lease?')
    const reply = await house.model.next()
    reply.say('A lease ')
    await shows(house, 'A lease')
    expect(house.chat.visible()[0]?.part).toMatchObject({ state: 'writing', controls: ['stop'] })
    reply.say('is a lock with an end.')
    reply.end()
    await settled(house, 1)
    expect(house.chat.visible()).toEqual([
      {
        id: 'b1',
        thread,
        part: {
          markdown: 'A lease is a lock with an end.',
          state: 'done',
          controls: ['regenerate', 'read_aloud', 'thumbs'],
        },
      },
    ])
    expect(house.chat.ledger.filter(({ call }) => call === 'open')).toHaveLength(1)
    expect(house.traces[0]).toMatchObject({
      outcome: 'answered',
      inputTokens: 100,
      outputTokens: 20,
      requestId: 'req_1',
    })
  })

  it('that is delivered again is not answered again', async () => {
    const house = await openHouse()
    house.model.always(() => ['Once.'])
    const said = await talk(house).say('Hello?')
    expect(await said.again()).toBe('duplicate')
    await settled(house, 1)
    expect(await said.again()).toBe('duplicate')
    expect(house.model.requests).toHaveLength(1)
  })

  it('from a bot is not taken in', async () => {
    const house = await openHouse()
    expect((await talk(house, person('robo', { bot: true })).say('Hello, fellow bot')).admission).toBe(
      'ignored',
    )
  })

  it('from someone who may not ask gets a friendly line and no model', async () => {
    const house = await openHouse({ people: ['someone-else'] })
    await talk(house).say('Hello?')
    await shows(house, 'may not use me')
    expect(house.chat.ledger.filter(({ call }) => call === 'open')).toEqual([])
    expect(house.model.requests).toHaveLength(0)
  })

  it('is refused in words when the budget is used up, and the model is not called', async () => {
    const house = await openHouse({ dayBudget: 0.0001, priced: { input: 1, output: 5 } })
    await talk(house).say('Hello?')
    await settled(house, 1)
    expect(house.traces[0]?.outcome).toBe('refused')
    expect(texts(house)[0]).toMatch(/budget/i)
    expect(house.model.requests).toHaveLength(0)
  })

  it('makes its thread one that is followed, before it is answered', async () => {
    const house = await openHouse()
    const { thread } = await talk(house).say('Hello?')
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
    expect(await house.chat.intake.follows(conversation)).toBe(true)
    expect(await house.chat.intake.follows({ ...conversation, thread: 'other' })).toBe(false)
  })

  it('waits while an answer is written, and all that waited are answered together', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('One?')
    const first = await house.model.next()
    first.say('1')
    await talk(house, person('quin')).say('Two?', thread)
    await pia.say('Three?', thread)
    first.end()
    const second = await house.model.next()
    expect(second.request.messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', [{ kind: 'text', text: '[Pia] One?' }]],
      ['assistant', [{ kind: 'text', text: '1' }]],
      ['user', [{ kind: 'text', text: '[Quin] Two?' }]],
      ['user', [{ kind: 'text', text: '[Pia] Three?' }]],
    ])
    second.say('2 and 3')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['1', '2 and 3'])
  })

  it('brings its image along, also to the next question, and names a file that is none', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const ref = (id: string) => ({ id, name: id, type: 'image/png', size: null, url: null })
    house.chat.putFile(ref('cat.png'), png(4, 3))
    house.chat.putFile(ref('fake.png'), Buffer.from([0, 1, 2, 3, 0, 200, 5]))
    const { thread } = await pia.say('What is this?', null, [ref('cat.png'), ref('fake.png')])
    const first = await house.model.next()
    expect(first.request.messages.at(-1)?.content).toMatchObject([
      { kind: 'text', text: expect.stringContaining('fake.png') },
      { kind: 'image', image: { width: 4, height: 3, type: 'image/png' } },
    ])
    first.say('A cat.')
    first.end()
    await settled(house, 1)
    expect(texts(house)[0]).toMatch(/^> `fake\.png`: .*\n\nA cat\.$/)
    await pia.say('What colour?', thread)
    const second = await house.model.next()
    expect(second.request.messages[0]?.content.some((part) => part.kind === 'image')).toBe(true)
    expect(second.request.messages[1]?.content).toEqual([{ kind: 'text', text: 'A cat.' }])
    second.end()
  })
})

describe('Stop', () => {
  it('ends model and writer at once, keeps what was shown, and marks it', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('Tell me everything')
    const reply = await house.model.next()
    reply.say('In the beginning ')
    await shows(house, 'In the beginning')
    const pressed = performance.now()
    await pia.stop(thread)
    await settled(house, 1)
    expect(performance.now() - pressed).toBeLessThan(500)
    expect(reply.aborted.aborted).toBe(true)
    expect(texts(house)[0]).toMatch(/^In the beginning\s+\*— stopped\*$/)
    expect(house.traces[0]?.outcome).toBe('stopped')
  })

  it('is for the asker and moderators only', async () => {
    const house = await openHouse()
    const { thread } = await talk(house).say('Hm?')
    const reply = await house.model.next()
    reply.say('Hm.')
    await shows(house, 'Hm.')
    await talk(house, person('mallory')).stop(thread)
    await shows(house, 'Only the person who asked')
    expect(reply.aborted.aborted).toBe(false)
    await talk(house, person('mo', { moderator: true })).stop(thread)
    await settled(house, 1)
    expect(house.traces[0]?.outcome).toBe('stopped')
  })
})

describe('an edit', () => {
  it('while the answer is written starts it again in the same message', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('What is a cat?')
    const first = await house.model.next()
    first.say('A cat is ')
    await shows(house, 'A cat is')
    await pia.edit(message, thread, 'What is a dog?')
    const second = await house.model.next()
    expect(first.aborted.aborted).toBe(true)
    expect(second.request.messages.at(-1)?.content).toEqual([{ kind: 'text', text: 'What is a dog?' }])
    second.say('A dog barks.')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['A dog barks.'])
  })

  it('that others follow within a moment asks the model once more, not each time; a Stop then stops that', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('Word 0?')
    await house.model.next()
    for (let i = 1; i <= 8; i++) {
      await pia.edit(message, thread, `Word ${i}?`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const second = await house.model.next()
    expect(second.request.messages.at(-1)?.content).toEqual([{ kind: 'text', text: 'Word 8?' }])
    expect(house.model.requests).toHaveLength(2)
    await pia.edit(message, thread, 'Word 9?')
    await vi.waitFor(() => expect(second.aborted.aborted).toBe(true), soon)
    await pia.stop(thread)
    await vi.waitFor(() => expect(house.traces.at(-1)?.outcome).toBe('stopped'), soon)
  })

  it('after the answer rewrites it in place, and memory follows', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('2+2?')
    const first = await house.model.next()
    first.say('4')
    first.end()
    await settled(house, 1)
    await pia.edit(message, thread, '3+3?')
    const second = await house.model.next()
    second.say('6')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['6'])
    await pia.say('And doubled?', thread)
    const third = await house.model.next()
    expect(third.request.messages.map(({ content }) => content[0])).toEqual(
      ['3+3?', '6', 'And doubled?'].map((text) => ({ kind: 'text', text })),
    )
    third.end()
  })
})

describe('a delete', () => {
  it('while the answer is written takes the answer away', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('Secret?')
    const reply = await house.model.next()
    reply.say('Well, ')
    await shows(house, 'Well,')
    await pia.remove(message, thread)
    await settled(house, 1)
    expect(house.chat.visible()).toEqual([])
    expect(reply.aborted.aborted).toBe(true)
  })

  it('after the answer withdraws it, and memory forgets both', async () => {
    const house = await openHouse()
    const pia = talk(house)
    house.model.always(() => ['Noted.'])
    const { message, thread } = await pia.say('My code is 1234')
    await settled(house, 1)
    await pia.remove(message, thread)
    await reads(house, [])
    await pia.say('What is my code?', thread)
    await settled(house, 2)
    expect(JSON.stringify(house.model.requests.at(-1))).not.toContain('1234')
  })
})

describe('Regenerate', () => {
  it('writes the answer again in the same message', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('A joke?')
    const first = await house.model.next()
    first.say('Knock knock.')
    first.end()
    await settled(house, 1)
    await pia.regenerate({ channel: 'general', id: 'b1' }, thread)
    const second = await house.model.next()
    expect(second.request.messages).toEqual(first.request.messages)
    second.say('Two fish in a tank.')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['Two fish in a tank.'])
  })
})

it.each([
  ['asks nothing', ' '],
  ['has nothing in it that can be seen', '\u200b\u202e\u3164 \u2800'],
])('a message that %s is met with what to do, and nothing to press', async (_, text) => {
  const house = await openHouse()
  await talk(house).say(text)
  await settled(house, 1)
  expect(house.chat.visible().map(({ part }) => part)).toEqual([
    {
      markdown: expect.stringMatching(/no question.*Write it here, say it, or attach/),
      state: 'done',
      controls: [],
    },
  ])
})

describe('a failure of the model', () => {
  it('before any word is said in words with a Retry button, and Retry answers', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('Hello?')
    const first = await house.model.next()
    first.fail(new ModelError('server', 'The model is down. Try again in a minute. (req_7)'))
    await settled(house, 1)
    expect(house.chat.visible()[0]?.part).toEqual({
      markdown: 'The model is down. Try again in a minute. (req_7)',
      state: 'failed',
      controls: ['retry'],
    })
    await pia.regenerate({ channel: 'general', id: 'b1' }, thread)
    const second = await house.model.next()
    second.say('Hello!')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['Hello!'])
  })

  it('that lasts until somebody pays offers no other try, and takes no answer’s buttons away', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const empty = new ModelError('quota', 'The account is empty: waiting does not help.')
    const { thread } = await pia.say('Hello?')
    const first = await house.model.next()
    first.say('Hello!')
    first.end()
    await settled(house, 1)
    await pia.say('And?', thread)
    ;(await house.model.next()).fail(empty)
    await settled(house, 2)
    await pia.regenerate({ channel: 'general', id: 'b1' }, thread)
    ;(await house.model.next()).fail(empty)
    await settled(house, 3)
    expect(house.chat.visible().map(({ part }) => part.controls)).toEqual([
      ['regenerate', 'read_aloud', 'thumbs'],
      [],
    ])
  })

  it('in the middle keeps what came and says why it ends there', async () => {
    const house = await openHouse()
    await talk(house).say('Hello?')
    const reply = await house.model.next()
    reply.say('Half an ans')
    await shows(house, 'Half an ans')
    reply.fail(new ModelError('cut', 'The connection to the model broke.'))
    await settled(house, 1)
    expect(texts(house)[0]).toMatch(/^Half an ans\s+.*The connection to the model broke\./)
  })
})

describe('an answer longer than a message', () => {
  it('continues in further messages without loss', async () => {
    const house = await openHouse()
    const words = Array.from({ length: 900 }, (_, i) => `word${i}`)
    await talk(house).say('Long, please')
    const reply = await house.model.next()
    for (const word of words) reply.say(`${word} `)
    reply.end()
    await settled(house, 1)
    expect(house.chat.visible().length).toBeGreaterThan(3)
    expect(texts(house).join(' ').split(/\s+/).filter(Boolean)).toEqual(words)
  })
})
