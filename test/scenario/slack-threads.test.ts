import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { asked, ended, finished, heard, prompt, spoken } from './slack-watching.ts'

describe.each(modes)('by %s', (mode) => {
  it('a thread of Parley’s goes on without a mention, with all that was said in it', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome({ mode })
    model.next(say('Hello Ann.'), say('Ann, you said.'))
    const question = ann.says(channel, `${parley} my name is Ann`)
    await finished(stage, question, 'Hello Ann.')
    ann.says(question, 'what is my name?')
    await finished(stage, question, 'Ann, you said.')
    expect(prompt(stage, -1)).toEqual([
      'user: my name is Ann',
      'assistant: Hello Ann.',
      'user: what is my name?',
    ])
    expect(spoken(stage, channel)).toEqual([])
    expect(slack.ledger.of('chat.postMessage')).toHaveLength(2)
  })

  it('what is said while an answer is written is answered together after it', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome({ mode })
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Both.'))
    const question = ann.says(channel, `${parley} hello`)
    await slack.until(() => spoken(stage, question).length === 1)
    ann.says(question, 'tea or coffee?')
    bob.says(question, 'with milk?')
    await heard(stage)
    gate.open()
    await finished(stage, question, 'Both.')
    expect(asked(stage)).toHaveLength(2)
    expect(prompt(stage, -1).slice(2)).toEqual(['user: [Ann] tea or coffee?', 'user: [Bob] with milk?'])
    expect(said(slack.visible(question))).toEqual(['Hello.', 'Both.'])
  })
})

describe('in its thread Parley is silent', () => {
  it('when people speak to each other, to a group, or to another bot', async () => {
    const { stage, team, model, parley, channel, ann, bob } = await atHome()
    const cooks = team.group({ handle: 'cooks', users: [bob] })
    const other = team.person({ name: 'Timer', bot: true })
    model.next(say('Ten minutes.'), say('Always.'))
    const question = ann.says(channel, `${parley} how long for an egg?`)
    await finished(stage, question, 'Ten minutes.')
    ann.says(question, `<@${bob.id}> is that right?`)
    bob.says(question, `<!subteam^${cooks.id}> help`)
    ann.says(question, `<@${other.id}> ten minutes`)
    bob.says(question, 'with salt?')
    await finished(stage, question, 'Always.')
    expect(spoken(stage, question)).toHaveLength(2)
    expect(asked(stage)).toHaveLength(2)
    expect(prompt(stage, -1)).toEqual([
      'user: [Ann] how long for an egg?',
      'assistant: Ten minutes.',
      'user: [Bob] with salt?',
    ])
  })

  it('when other bots write, also when they mention it', async () => {
    const { stage, team, model, parley, channel, ann } = await atHome()
    const other = team.person({ name: 'Timer', bot: true })
    model.next(say('Ten minutes.'), say('Yes.'))
    const question = ann.says(channel, `${parley} how long for an egg?`)
    await finished(stage, question, 'Ten minutes.')
    other.says(question, 'Ten minutes are over.')
    other.says(question, `${parley} what now?`)
    other.says(channel, `${parley} and here?`)
    ann.says(question, 'done?')
    await finished(stage, question, 'Yes.')
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, channel)).toEqual([])
  })

  it('unless it is addressed beside the others', async () => {
    const { stage, model, parley, channel, ann, bob } = await atHome()
    model.next(say('Ten minutes.'), say('Both of you.'))
    const question = ann.says(channel, `${parley} how long for an egg?`)
    await finished(stage, question, 'Ten minutes.')
    ann.says(question, `<@${bob.id}> ${parley} who is right?`)
    await finished(stage, question, 'Both of you.')
    expect(prompt(stage, -1).at(-1)).toBe('user: @Bob who is right?')
  })
})

describe('a thread that Parley does not know', () => {
  it('is answered in at a mention, knowing its root and what was said; and followed from then on', async () => {
    const { stage, model, parley, channel, ann, bob } = await atHome()
    const start = ann.says(channel, 'The boiler leaks again.')
    bob.says(start, 'Oh dear.')
    model.next(say('Turn the valve.'), say('To the left.'))
    bob.says(start, `${parley} what can we do?`)
    await finished(stage, start, 'Turn the valve.')
    const told = prompt(stage, -1).join()
    expect(told).toContain('Ann wrote:\n> The boiler leaks again.')
    expect(told).toContain('Bob wrote:\n> Oh dear.')
    ann.says(start, 'which way?')
    await finished(stage, start, 'To the left.')
    // What stood there before is told once.
    expect(prompt(stage, -1).join().split('boiler leaks')).toHaveLength(2)
  })

  it('is none of its business without a mention', async () => {
    const { stage, model, parley, channel, ann, bob } = await atHome()
    model.next(say('Here.'))
    const start = ann.says(channel, 'The boiler leaks again.')
    bob.says(start, 'Oh dear.')
    ann.says(channel, 'anybody here?')
    await finished(stage, ann.says(channel, `${parley} where are you?`), 'Here.')
    expect(asked(stage)).toHaveLength(1)
  })
})

it('an edit that names Parley in a thread it does not know asks it there, knowing what was said', async () => {
  const { stage, model, parley, channel, ann, bob } = await atHome()
  const start = ann.says(channel, 'The boiler leaks again.')
  const reply = bob.says(start, 'what can we do?')
  model.next(say('Turn the valve.'))
  bob.edits(reply, `${parley} what can we do?`)
  await finished(stage, start, 'Turn the valve.')
  expect(prompt(stage, -1)).toEqual(['user: Ann wrote:\n> The boiler leaks again.\n\nwhat can we do?'])
})

it('while Parley thinks, the thread in the channel says so, until the first words', async () => {
  const { stage, slack, model, parley, channel, ann } = await atHome()
  const [thought, rest] = [hold(), hold()]
  model.next({ beats: [thought.beat, ...text('Water '), rest.beat, ...text('is wet.')] })
  const question = ann.says(channel, `${parley} what is water?`)
  await slack.until(() => slack.status(channel, question))
  thought.open()
  await slack.until(() => spoken(stage, question)[0]?.text === 'Water')
  await slack.until(() => slack.status(channel, question) === null)
  rest.open()
  await finished(stage, question, 'Water is wet.')
  expect(slack.status(channel, question)).toBeNull()
})

it('an answer that fails leaves no status behind', async () => {
  const { stage, slack, model, parley, channel, ann } = await atHome()
  const gate = hold()
  model.next({
    beats: [gate.beat],
    ending: { kind: 'failed', code: 'invalid_prompt', message: 'The model refuses.' },
  })
  const question = ann.says(channel, `${parley} what is water?`)
  await slack.until(() => slack.status(channel, question))
  gate.open()
  const failure = await slack.until(() => spoken(stage, question)[0])
  await ended(stage, 1)
  expect(slack.status(channel, question)).toBeNull()
  expect(spoken(stage, question)).toHaveLength(1)
  expect(failure.text).not.toBe('')
})

it('the same moment in two channels is two questions', async () => {
  const { stage, team, model, parley, channel, ann } = await atHome({ collidingTs: true })
  const other = team.channel({ name: 'other' })
  model.always(say('Yes.'))
  const questions = [channel, other].map((where) => ann.says(where, `${parley} is it ${where.id}?`))
  await Promise.all(questions.map((question) => finished(stage, question, 'Yes.')))
  expect(questions[0]?.ts).toBe(questions[1]?.ts)
  expect(asked(stage)).toHaveLength(2)
  expect(prompt(stage, 0)).toHaveLength(1)
  expect(prompt(stage, 1)).toHaveLength(1)
})

it('a reply that is shown in the channel, too, is answered in its thread, once', async () => {
  const { stage, model, parley, channel, ann } = await atHome()
  model.next(say('One.'), say('Two.'))
  const question = ann.says(channel, `${parley} count`)
  await finished(stage, question, 'One.')
  ann.says(question, 'go on', { broadcast: true })
  await finished(stage, question, 'Two.')
  expect(asked(stage)).toHaveLength(2)
  expect(spoken(stage, channel)).toEqual([])
})
