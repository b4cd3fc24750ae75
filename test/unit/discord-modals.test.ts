import { describe, expect, it } from 'vitest'
import { componentsOf } from '../../adapters/discord/components.ts'
import { writeButtonId } from '../../adapters/discord/interactions/custom-id.ts'
import { readFormId, writeFormId } from '../../adapters/discord/interactions/form-id.ts'
import { readVia } from '../../adapters/discord/via.ts'
import type { Form } from '../../src/ports/command.ts'
import {
  ids,
  interactionsWorld,
  menu,
  press,
  slash,
  submit,
  targetMessage,
  text,
} from './discord-interactions-world.ts'

const persona: Form = {
  title: 'Instructions',
  fields: [
    {
      name: 'text',
      label: 'The instructions',
      lines: 'many',
      value: 'Be brief',
      longest: 4000,
      required: false,
    },
  ],
}

const question: Form = {
  title: 'Ask about this',
  fields: [{ name: 'prompt', label: 'Prompt', lines: 'one', value: '', longest: 300, required: true }],
}

/** The id of the form that was shown last. */
const shown = (world: ReturnType<typeof interactionsWorld>): string => {
  const answer = world.answers().at(-1)
  const { data } = answer as { data: { custom_id: string } }
  return data.custom_id
}

it('a command with a form, called without options, shows it with what holds now', async () => {
  const world = interactionsWorld()
  world.forms = async () => persona
  await world.hear(slash('persona'))
  expect(world.heard).toEqual([])
  expect(world.answers()).toEqual([
    {
      type: 9,
      data: {
        custom_id: expect.any(String),
        title: 'Instructions',
        components: [
          {
            type: 18,
            label: 'The instructions',
            component: {
              type: 4,
              custom_id: 'text',
              style: 2,
              required: false,
              max_length: 4000,
              value: 'Be brief',
            },
          },
        ],
      },
    },
  ])
})

it('with options it shows none', async () => {
  const world = interactionsWorld()
  world.forms = async () => persona
  await world.hear(slash('persona', [text('text', 'Be kind')]))
  expect(world.heard).toMatchObject([{ name: 'persona', options: { text: 'Be kind' } }])
})

it('a form that is not to be had leaves the command as it is, private where bare', async () => {
  for (const forms of [
    async () => null,
    () => new Promise<null>(() => {}),
    async () => {
      throw new Error('no store')
    },
  ]) {
    const world = interactionsWorld()
    world.forms = forms
    await world.hear(slash('persona'))
    expect(world.heard).toMatchObject([{ name: 'persona', options: {} }])
    expect(world.answers()).toEqual([{ type: 5, data: { flags: 64 } }])
    expect(world.calls[0]?.at).toBeLessThanOrEqual(2_000)
  }
})

it('what is submitted is the command with its options, for all to see where it sets', async () => {
  const world = interactionsWorld()
  world.forms = async () => persona
  await world.hear(slash('persona'))
  await world.hear(submit(shown(world), { text: ' Be kind ' }, { id: '600000000000000002' }))
  expect(world.heard).toMatchObject([
    { kind: 'command', id: 'interaction:600000000000000002', name: 'persona', options: { text: 'Be kind' } },
  ])
  expect(world.answers().at(-1)).toEqual({ type: 5 })
})

it('an emptied field is said, one that was empty is not', async () => {
  const world = interactionsWorld()
  world.forms = async () => persona
  await world.hear(slash('persona'))
  await world.hear(submit(shown(world), { text: '' }))
  world.forms = async () => ({ ...persona, fields: persona.fields.map((field) => ({ ...field, value: '' })) })
  await world.hear(slash('persona'))
  await world.hear(submit(shown(world), { text: '' }))
  expect(world.heard.map((event) => 'options' in event && event.options)).toEqual([{ text: '' }, {}])
})

it('a field that nobody touched is not said, however the client gives it back', async () => {
  const world = interactionsWorld()
  const value = 'Be brief.\n\nBe kind. '
  world.forms = async () => ({ ...persona, fields: persona.fields.map((field) => ({ ...field, value })) })
  await world.hear(slash('persona'))
  const form = shown(world)
  world.restart()
  for (const text of [value, 'Be brief.\r\n\r\nBe kind.', 'Be brief.\n\nBe rude.']) {
    await world.hear(submit(form, { text }))
  }
  expect(world.heard.map((event) => 'options' in event && event.options)).toEqual([
    {},
    {},
    { text: 'Be brief.\n\nBe rude.' },
  ])
})

it('a field that has to be filled in is said also when nobody touched it', async () => {
  const world = interactionsWorld()
  world.forms = async () => ({
    ...question,
    fields: question.fields.map((field) => ({ ...field, value: 'Sum it up' })),
  })
  await world.hear(menu('Ask about this'))
  await world.hear(submit(shown(world), { prompt: 'Sum it up' }))
  expect(world.heard).toMatchObject([{ options: { prompt: 'Sum it up' } }])
})

it("a form from a menu brings the menu's message along", async () => {
  const world = interactionsWorld()
  world.forms = async () => question
  await world.hear(menu('Ask about this'))
  await world.hear(submit(shown(world), { prompt: 'what is it?' }))
  expect(world.heard).toMatchObject([
    {
      name: 'ask',
      options: { prompt: 'what is it?' },
      quotes: [{ author: 'Bob', text: 'Look at this, @Ann' }],
      files: [{ name: 'plan.png' }],
    },
  ])
  expect(world.fetched).toEqual([])
})

it('after a restart that message is fetched again', async () => {
  const world = interactionsWorld()
  world.forms = async () => question
  world.fetches = async () => ({ kind: 'done', body: targetMessage() })
  await world.hear(menu('Ask about this'))
  world.restart()
  await world.hear(submit(shown(world), { prompt: 'what is it?' }))
  expect(world.fetched).toEqual([`/channels/${ids.channel}/messages/${ids.target}`])
  expect(world.heard).toMatchObject([{ quotes: [{ author: 'Bob' }] }])
})

it('when it can not be had, the person is told to open the menu again', async () => {
  for (const installed of ['guild', 'user'] as const) {
    const world = interactionsWorld()
    world.forms = async () => question
    await world.hear(menu('Ask about this'))
    world.restart()
    await world.hear(submit(shown(world), { prompt: 'what is it?' }, { installed }))
    expect(world.heard).toEqual([])
    expect(world.fetched).toHaveLength(installed === 'guild' ? 1 : 0)
    expect(world.answers().at(-1)).toMatchObject({
      type: 4,
      data: { content: expect.stringContaining('menu'), flags: 68 },
    })
  }
})

it('a form can name messages of its own channel only', async () => {
  const world = interactionsWorld()
  world.forms = async () => question
  await world.hear(menu('Ask about this'))
  await world.hear(submit(shown(world), { prompt: 'what is it?' }, { in: 'thread' }))
  expect(world.heard).toEqual([])
  expect(world.fetched).toEqual([`/channels/${ids.thread}/messages/${ids.target}`])
})

it('a form and an inbox that are both slow are given up in time for the deferral', async () => {
  const world = interactionsWorld()
  world.forms = () => new Promise<null>(() => {})
  world.admits = async () => {
    await world.clock.sleep(5_000)
    return 'new'
  }
  await world.hear(slash('persona'))
  expect(world.calls.map(({ at }) => at)).toEqual([2_000])
  expect(world.heard).toHaveLength(1)
})

it('after 15 minutes the message is forgotten', async () => {
  const world = interactionsWorld()
  world.forms = async () => question
  await world.hear(menu('Ask about this'))
  const form = shown(world)
  await world.clock.advance(15 * 60_000)
  await world.hear(submit(form, { prompt: 'what is it?' }))
  expect(world.fetched).toHaveLength(1)
})

it('a form of a command that is gone, and fields that are no options, do nothing', async () => {
  const world = interactionsWorld()
  await world.hear(submit(writeFormId({ command: 'paint', target: null, shown: [] }), { prompt: 'x' }))
  await world.hear(submit('whatever', { prompt: 'x' }))
  await world.hear(
    submit(writeFormId({ command: 'persona', target: null, shown: [] }), {
      text: 'x',
      __proto__x: 'y',
      other: 'z',
    }),
  )
  expect(world.heard.map((event) => 'options' in event && event.options)).toEqual([{ text: 'x' }])
  expect(world.answers()).toMatchObject([{ type: 4 }, { type: 4 }, { type: 5 }])
})

it('the id of a form carries what is needed in at most 100 characters', () => {
  const id = {
    command: 'a'.repeat(32),
    target: '18446744073709551615',
    shown: ['abcde', '-_234', '34567', '45678', '56789'],
  }
  expect(writeFormId(id).length).toBeLessThanOrEqual(100)
  expect(readFormId(writeFormId(id))).toEqual(id)
  expect(readFormId(writeFormId({ ...id, target: null, shown: [] }))).toEqual({
    ...id,
    target: null,
    shown: [],
  })
})

describe('The form of a button', () => {
  const inChain = { platform: 'discord', workspace: ids.guild, channel: ids.channel, thread: 'reply:5' }
  const transcript: Form = {
    title: 'Correct the transcript',
    fields: [{ name: 'text', label: 'Said', lines: 'many', value: 'hallo', longest: 4000, required: true }],
  }
  const about = { channel: ids.channel, id: ids.answer }
  const above = (more: object = {}) =>
    targetMessage({
      id: ids.answer,
      attachments: [],
      components: componentsOf(['correct'], inChain),
      ...more,
    })
  const correct = press(writeButtonId('correct', inChain))

  it('is opened with what holds for the message above it, and nothing is heard yet', async () => {
    const world = interactionsWorld()
    const asked: unknown[] = []
    world.forms = async (...of) => {
      asked.push(of)
      return transcript
    }
    await world.hear(correct)
    expect(asked).toEqual([['correct', expect.objectContaining({ conversation: inChain }), about]])
    expect(world.answers()).toMatchObject([{ type: 9, data: { title: 'Correct the transcript' } }])
    expect(world.heard).toEqual([])
  })

  it('comes back with that message, in its conversation, and is answered there and not by a reply of its own', async () => {
    const world = interactionsWorld()
    world.forms = async () => transcript
    await world.hear(correct)
    const form = shown(world)
    world.restart()
    await world.hear(submit(form, { text: 'hello' }, {}, above()))
    expect(world.heard).toMatchObject([
      {
        kind: 'command',
        name: 'correct',
        options: { text: 'hello' },
        about,
        place: { conversation: inChain },
      },
    ])
    const via = world.heard[0] && readVia(world.heard[0].place)
    expect(via).toMatchObject({ kind: 'component', private: false })
    expect(world.answers().at(-1)).toEqual({ type: 6 })
  })

  it('comes back also when the buttons are gone by then', async () => {
    const world = interactionsWorld()
    world.forms = async () => transcript
    await world.hear(correct)
    await world.hear(submit(shown(world), { text: 'hello' }, { in: 'thread' }, above({ components: [] })))
    expect(world.heard).toMatchObject([
      { about: { id: ids.answer }, place: { conversation: { thread: ids.thread } } },
    ])
  })

  it('that there is none of is said to the presser alone, in time', async () => {
    const world = interactionsWorld()
    await world.hear(correct)
    world.forms = () => new Promise<null>(() => {})
    await world.hear(press(writeButtonId('correct', inChain), { id: '600000000000000002' }))
    expect(world.answers()).toMatchObject(Array(2).fill({ type: 4, data: { flags: 68 } }))
    expect(world.calls.at(-1)?.at).toBe(2_000)
    expect(world.heard).toEqual([])
  })

  it('is opened by no command that somebody types', async () => {
    const world = interactionsWorld()
    world.forms = async () => transcript
    await world.hear(slash('correct'))
    expect(world.answers()).toMatchObject([{ type: 4, data: { flags: 68 } }])
  })
})
