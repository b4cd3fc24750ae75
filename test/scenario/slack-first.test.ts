import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes, openSlackStage } from './slack-stage.ts'

describe.each(modes)('by %s', (mode) => {
  it('a mention is answered in the thread on it, in a message that grows while it is written', async () => {
    const { slack, model, parley } = await openSlackStage({ mode })
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann' })
    const more = hold()
    model.next({ beats: [...text('Water '), more.beat, ...text('is wet.')] })
    const question = ann.says(channel, `${parley} what is water?`)
    const answer = () => slack.visible(channel, { thread: question.ts }).filter(({ fromBot }) => fromBot)
    await slack.until(() => answer().some((message) => message.text === 'Water'))
    more.open()
    await slack.until(() => answer().some((message) => message.text === 'Water is wet.'))
    expect(answer()).toHaveLength(1)
    expect(slack.visible(channel).filter(({ fromBot }) => fromBot)).toEqual([])
    expect(slack.ledger.limited()).toEqual([])
  })

  it('a direct message is answered in a thread on it, by Slack’s own streaming', async () => {
    const { slack, model } = await openSlackStage({ mode })
    const ann = slack.team.person({ name: 'Ann' })
    const more = hold()
    model.next({ beats: [...text('Water '), more.beat, ...text('is wet.')] })
    const question = ann.says('dm', 'what is water?')
    const answer = () => slack.visible('dm', { thread: question, as: ann }).filter(({ fromBot }) => fromBot)
    await slack.until(() => answer().some((message) => message.text === 'Water' && message.isStreaming))
    more.open()
    await slack.until(() =>
      answer().some((message) => message.text === 'Water is wet.' && !message.isStreaming),
    )
    expect(answer()).toHaveLength(1)
    expect(slack.ledger.of('chat.startStream')).toHaveLength(1)
    expect(slack.ledger.of('chat.stopStream')).toHaveLength(1)
    expect(slack.ledger.limited()).toEqual([])
  })
})
