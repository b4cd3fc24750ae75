import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes, type SlackStage } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { asked, ended, finished, handle, heard, prompt, spoken } from './slack-watching.ts'

const told = ({ log }: SlackStage, words: RegExp) => log.filter((line) => words.test(line))
/** Calls that Slack refused while an answer was to be written. */
const refusals = ({ slack }: SlackStage) =>
  slack.ledger.refused().filter(({ method }) => /^chat\./.test(method))

describe.each(modes)('by %s, where Parley may not write', (mode) => {
  it.each<[string, (channel: { kick(): void; archive(): void }) => void, RegExp]>([
    ['because it was taken out of the channel', (channel) => channel.kick(), /invite it there/],
    ['because the channel was archived', (channel) => channel.archive(), /archived/],
  ])('%s, the log says what to do, and it goes on elsewhere', async (_, shut, words) => {
    const { stage, slack, team, model, parley, channel, ann } = await atHome({ mode })
    const closed = team.channel({ name: 'closed' })
    const gate = hold()
    model.next({ beats: [gate.beat, ...text('Lost.')] }, say('Hello.'))
    const lost = ann.says(closed, `${parley} hello`)
    await slack.until(() => asked(stage).length === 1)
    shut(closed)
    gate.open()
    await ended(stage, 1)
    expect(told(stage, words).length).toBeGreaterThan(0)
    expect(refusals(stage).length).toBeLessThanOrEqual(3)
    await finished(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    expect(spoken(stage, lost)).toEqual([])
  })
})

describe('when Parley is taken out of the channel in the middle of an answer', () => {
  it('the half of it stays, and once it is back the thread goes on', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Once '), gate.beat, ...text('upon a time.')] }, say('The end.'))
    const question = ann.says(channel, `${parley} a story`)
    await slack.until(() => spoken(stage, question)[0]?.text === 'Once')
    channel.kick()
    gate.open()
    await ended(stage, 1)
    channel.invite()
    ann.says(question, 'go on')
    await finished(stage, question, 'The end.')
    expect(asked(stage)).toHaveLength(2)
    expect(prompt(stage, -1).at(-1)).toBe('user: go on')
    expect(refusals(stage).length).toBeLessThanOrEqual(4)
  })
})

describe('when people take the place away', () => {
  it('a thread whose question is deleted while the model thinks stays empty', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [gate.beat, ...text('Once.')] }, say('Hello.'))
    const question = ann.says(channel, `${parley} a story`)
    await slack.until(() => asked(stage).length === 1)
    ann.deletes(question)
    gate.open()
    await heard(stage)
    await finished(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    expect(spoken(stage, question)).toEqual([])
    expect(slack.visible(channel).filter(({ fromBot }) => fromBot)).toEqual([])
  })

  it('a thread whose root somebody else deletes before the answer goes nowhere else', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome()
    const start = bob.says(channel, 'The boiler leaks.')
    const gate = hold()
    model.next({ beats: [gate.beat, ...text('Turn the valve.')] }, say('Hello.'))
    ann.says(start, `${parley} what can we do?`)
    await slack.until(() => asked(stage).length === 1)
    bob.deletes(start)
    gate.open()
    // What stands below a deleted root is still there: a stone keeps its place.
    await finished(stage, start, 'Turn the valve.')
    expect(spoken(stage, channel)).toEqual([])
  })

  it('an answer that an admin deletes is missed by nobody: the thread goes on', async () => {
    const { stage, slack, team, model, parley, channel, ann } = await atHome()
    model.next(say('One.'), say('Two.'))
    const question = ann.says(channel, `${parley} count`)
    const answer = await finished(stage, question, 'One.')
    ann.deletes(handle(answer, team.id))
    ann.says(question, 'go on')
    await finished(stage, question, 'Two.')
    expect(said(slack.visible(question))).toEqual(['Two.'])
    expect(refusals(stage)).toEqual([])
  })

  it('an answer that is deleted while it is written ends there', async () => {
    const { stage, slack, team, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Once '), gate.beat, ...text('upon a time.')] }, say('Hello.'))
    const question = ann.says(channel, `${parley} a story`)
    const answer = await slack.until(() => spoken(stage, question)[0])
    ann.deletes(handle(answer, team.id))
    gate.open()
    await ended(stage, 1)
    ann.says(question, 'hello?')
    await finished(stage, question, 'Hello.')
    expect(spoken(stage, question).length).toBeLessThanOrEqual(2)
    expect(refusals(stage).length).toBeLessThanOrEqual(3)
  })
})

describe('when Slack takes no streams', () => {
  it('an answer in direct messages grows by edits, and none is tried again soon', async () => {
    const { stage, slack, model, ann } = await atHome()
    slack.faults.next({ method: 'chat.startStream' }, { error: 'feature_not_enabled' }, 5)
    model.next(say('One.'), say('Two.'))
    const first = ann.says('dm', 'count')
    const answer = await finished(stage, first, 'One.', ann)
    expect(answer.streamed).toBe(false)
    ann.says(first, 'go on')
    await finished(stage, first, 'Two.', ann)
    expect(spoken(stage, first, ann)).toHaveLength(2)
    expect(slack.ledger.of('chat.startStream')).toHaveLength(1)
  })

  it('a stream that Slack ends is made whole by an edit, in the same message', async () => {
    let later = 0
    const { stage, slack, model, ann } = await atHome({ now: () => Date.now() + later })
    const gate = hold()
    model.next({ beats: [...text('Once '), gate.beat, ...text('upon a time.')] })
    const question = ann.says('dm', 'a story')
    await slack.until(() => spoken(stage, question, ann)[0]?.text === 'Once')
    // Slack's clock alone: it ends streams after five minutes.
    later = 301_000
    gate.open()
    const answer = await finished(stage, question, 'Once upon a time.', ann)
    expect(answer.isStreaming).toBe(false)
    expect(spoken(stage, question, ann)).toHaveLength(1)
    expect(slack.ledger.of('chat.startStream')).toHaveLength(1)
    const ended = slack.ledger.refused().map(({ error }) => error)
    expect(new Set(ended)).toEqual(new Set(['message_not_in_streaming_state']))
  })
})
