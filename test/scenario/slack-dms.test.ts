import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, finished, heard, prompt, spoken } from './slack-watching.ts'

describe.each(modes)('by %s, in direct messages', (mode) => {
  it('each message at the top level is a conversation of its own, which goes on in its thread', async () => {
    const { stage, model, ann } = await atHome({ mode })
    model.next(say('Hello.'), say('Again?'), say('Still here.'))
    const first = ann.says('dm', 'hello?')
    await finished(stage, first, 'Hello.', ann)
    const second = ann.says('dm', 'hello again')
    await finished(stage, second, 'Again?', ann)
    expect(prompt(stage, -1)).toEqual(['user: hello again'])
    ann.says(first, 'are you there?')
    await finished(stage, first, 'Still here.', ann)
    expect(prompt(stage, -1)).toEqual(['user: hello?', 'assistant: Hello.', 'user: are you there?'])
    expect(spoken(stage, ann.dm, ann)).toEqual([])
  })

  it('something is suggested when the chat is opened', async () => {
    const { slack, ann } = await atHome({ mode })
    ann.opensMessages()
    await slack.until(() => slack.prompts(ann.dm).length > 0)
    expect(slack.prompts(ann.dm).length).toBeLessThanOrEqual(4)
    expect(slack.prompts(ann.dm).every(({ title, message }) => title !== '' && message !== '')).toBe(true)
  })

  it('it is said that Parley thinks, until the first words are there', async () => {
    const { stage, slack, model, ann } = await atHome({ mode })
    const [thought, rest] = [hold(), hold()]
    model.next({ beats: [thought.beat, ...text('Water '), rest.beat, ...text('is wet.')] })
    const question = ann.says('dm', 'what is water?')
    await slack.until(() => slack.status(ann.dm, question))
    thought.open()
    await slack.until(() => spoken(stage, question, ann)[0]?.text === 'Water')
    await slack.until(() => slack.status(ann.dm, question) === null)
    rest.open()
    await finished(stage, question, 'Water is wet.', ann)
    expect(slack.status(ann.dm, question)).toBeNull()
  })
})

describe('in direct messages', () => {
  it('nobody else’s name keeps Parley silent', async () => {
    const { stage, model, ann, bob } = await atHome()
    model.next(say('He is asleep.'))
    const question = ann.says('dm', `<@${bob.id}> does not answer`)
    await finished(stage, question, 'He is asleep.', ann)
    expect(prompt(stage, -1)).toEqual(['user: @Bob does not answer'])
  })

  it('the status goes away when the question is deleted', async () => {
    const { stage, slack, model, ann } = await atHome()
    const gate = hold()
    model.next(say('Wet.'), { beats: [gate.beat, ...text('x')] })
    const first = ann.says('dm', 'what is water?')
    await finished(stage, first, 'Wet.', ann)
    const second = ann.says(first, 'and fire?')
    await slack.until(() => slack.status(ann.dm, first))
    ann.deletes(second)
    await slack.until(() => slack.status(ann.dm, first) === null)
    gate.open()
    expect(spoken(stage, first, ann)).toHaveLength(1)
  })

  it('a thread is titled as its question', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next(say('Wet.'))
    const question = ann.says('dm', 'what is\nwater?')
    await finished(stage, question, 'Wet.', ann)
    await slack.until(() => slack.titleOf(ann.dm, question) === 'what is water?')
  })

  it('or as the model says, where that is switched on', async () => {
    const { stage, slack, model, ann } = await atHome({ policy: 'titles: model\n' })
    model.next(say('Wet.'), say('Of water'), say('Yes.'))
    const question = ann.says('dm', 'what is water?')
    await finished(stage, question, 'Wet.', ann)
    await slack.until(() => slack.titleOf(ann.dm, question) === 'Of water')
    ann.says(question, 'really?')
    await finished(stage, question, 'Yes.', ann)
    expect(slack.titleOf(ann.dm, question)).toBe('Of water')
  })

  it('what is said while an answer is written is answered together after it', async () => {
    const { stage, slack, model, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Both.'))
    const question = ann.says('dm', 'hello')
    await slack.until(() => spoken(stage, question, ann).length === 1)
    ann.says(question, 'tea?')
    ann.says(question, 'or coffee?')
    await heard(stage)
    gate.open()
    await finished(stage, question, 'Both.', ann)
    expect(prompt(stage, -1).slice(2)).toEqual(['user: tea?', 'user: or coffee?'])
    expect(asked(stage)).toHaveLength(2)
  })

  it('in the former assistant view it suggests something in each new thread, and answers there', async () => {
    const { stage, slack, model, ann } = await atHome()
    const thread = ann.startsThread()
    await slack.until(() => slack.prompts(ann.dm, thread).length > 0)
    model.next(say('Much.'), say('More.'))
    ann.says(thread, 'what can you do?')
    const answer = await finished(stage, thread, 'Much.', ann)
    expect(answer.thread).toBe(thread.ts)
    expect(prompt(stage, -1)).toEqual(['user: what can you do?'])
    await slack.until(() => slack.titleOf(ann.dm, thread) === 'what can you do?')
    ann.says(thread, 'go on')
    await finished(stage, thread, 'More.', ann)
    expect(prompt(stage, -1)).toEqual(['user: what can you do?', 'assistant: Much.', 'user: go on'])
  })

  it('they can be switched off, which is said', async () => {
    const { stage, slack, ann } = await atHome({ policy: 'access: { dms: false }\n' })
    const question = ann.says('dm', 'hello?')
    await slack.until(() => spoken(stage, question, ann).some((each) => /switched off/.test(each.text)))
    expect(asked(stage)).toEqual([])
  })
})
