import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { asked, finished, heard, prompt, spoken } from './slack-watching.ts'

describe.each(modes)('by %s, with `conversations: channel`', (mode) => {
  it('the channel is one conversation of all its people, answered without threads', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome({
      mode,
      policy: 'conversations: channel\n',
    })
    model.next(say('Soup.'), say('With leeks.'))
    const question = ann.says(channel, `${parley} what do we cook?`)
    await finished(stage, channel, 'Soup.')
    // Without a mention they talk with each other.
    ann.says(channel, 'I am so hungry')
    bob.says(channel, `${parley} what goes into it?`)
    await finished(stage, channel, 'With leeks.')
    expect(prompt(stage, -1)).toEqual([
      'user: [Ann] what do we cook?',
      'assistant: Soup.',
      'user: [Bob] what goes into it?',
    ])
    expect(said(slack.visible(question))).toEqual([])
    expect(asked(stage)).toHaveLength(2)
  })
})

describe('with `conversations: channel`', () => {
  it('what is said under an answer goes on with the conversation, there', async () => {
    const { stage, team, model, parley, channel, ann } = await atHome({ policy: 'conversations: channel\n' })
    model.next(say('Soup.'), say('With leeks.'))
    ann.says(channel, `${parley} what do we cook?`)
    const { ts } = await finished(stage, channel, 'Soup.')
    const answer = { ts, channel: channel.id, team: team.id, thread: null }
    ann.says(answer, `${parley} what goes into it?`)
    await finished(stage, answer, 'With leeks.')
    expect(prompt(stage, -1)).toEqual([
      'user: what do we cook?',
      'assistant: Soup.',
      'user: what goes into it?',
    ])
    expect(spoken(stage, channel)).toHaveLength(1)
  })

  it('what is said under a question that is still being answered belongs there too, also when it is edited later', async () => {
    const { stage, model, parley, channel, ann } = await atHome({ policy: 'conversations: channel\n' })
    const gate = hold()
    model.next({ beats: [...text('So'), gate.beat, ...text('up.')] }, say('Leeks.'), say('Onions.'))
    const question = ann.says(channel, `${parley} what do we cook?`)
    await stage.slack.until(() => spoken(stage, channel).length === 1)
    const under = ann.says(question, `${parley} what goes into it?`)
    await heard(stage)
    gate.open()
    await finished(stage, question, 'Leeks.')
    expect(prompt(stage, -1)).toEqual([
      'user: what do we cook?',
      'assistant: Soup.',
      'user: what goes into it?',
    ])
    ann.edits(under, `${parley} what else goes into it?`)
    await finished(stage, question, 'Onions.')
    expect(prompt(stage, -1).at(-1)).toBe('user: what else goes into it?')
  })

  it('direct messages with a person are one conversation, too', async () => {
    const { stage, model, ann } = await atHome({ policy: 'conversations: channel\n' })
    model.next(say('Hello.'), say('Still here.'))
    ann.says('dm', 'hello')
    await finished(stage, ann.dm, 'Hello.', ann)
    ann.says('dm', 'are you there?')
    await finished(stage, ann.dm, 'Still here.', ann)
    expect(prompt(stage, -1)).toEqual(['user: hello', 'assistant: Hello.', 'user: are you there?'])
  })
})

it('with `conversations: reply`, an answer stands in the thread on its question, and is followed there', async () => {
  const { stage, model, parley, channel, ann } = await atHome({ policy: 'conversations: reply\n' })
  model.next(say('Soup.'), say('With leeks.'))
  const question = ann.says(channel, `${parley} what do we cook?`)
  await finished(stage, question, 'Soup.')
  ann.says(question, `${parley} what goes into it?`)
  await finished(stage, question, 'With leeks.')
  expect(prompt(stage, -1)).toEqual([
    'user: what do we cook?',
    'assistant: Soup.',
    'user: what goes into it?',
  ])
  expect(spoken(stage, channel)).toEqual([])
})

it('a channel with settings of its own is answered by them, its threads too, beside the others', async () => {
  const ids = { short: '' }
  const { stage, slack, model, parley, channel, ann } = await atHome({
    before: (slack) => {
      ids.short = slack.team.channel({ name: 'short' }).id
    },
    policy: () =>
      `channels:\n  "${ids.short}":\n    conversations: channel\n    model: gpt-6-luna\n    persona: Answer in one word.\n`,
  })
  model.next(say('Yes.'), say('Really.'), say('It is.'))
  const short = { ...channel, id: ids.short }
  ann.says(short, `${parley} is it raining?`)
  const answer = await finished(stage, short, 'Yes.')
  const below = { ts: answer.ts, channel: ids.short, team: slack.team.id, thread: null }
  ann.says(below, `${parley} really?`)
  await finished(stage, below, 'Really.')
  const question = ann.says(channel, `${parley} is it raining?`)
  await finished(stage, question, 'It is.')
  expect(asked(stage).map(({ body }) => body)).toMatchObject([
    { model: 'gpt-6-luna', instructions: 'Answer in one word.' },
    { model: 'gpt-6-luna', instructions: 'Answer in one word.' },
    { model: 'gpt-6.1-terra' },
  ])
})

describe.each<[string, { readonly private?: boolean; readonly group?: boolean }]>([
  ['a private channel', { private: true }],
  ['a direct message of several', { group: true }],
])('in %s', (_, kind) => {
  it('a mention is answered in the thread on it, which then needs none', async () => {
    const { stage, team, model, parley, ann } = await atHome()
    const here = team.channel({ name: 'cellar', ...kind })
    model.next(say('Here.'), say('Still here.'))
    ann.says(here, 'nobody asked you')
    const question = ann.says(here, `${parley} where are you?`)
    await finished(stage, question, 'Here.')
    ann.says(question, 'and now?')
    await finished(stage, question, 'Still here.')
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, here)).toEqual([])
  })
})
