import { describe, expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import { modes, openSlackStage } from './slack-stage.ts'

describe.each(modes)('by %s', (mode) => {
  it('/ask is answered at the top level of the channel, and asked again by Regenerate', async () => {
    const { slack, model } = await openSlackStage({ mode })
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann' })
    model.next({ beats: text('Water is wet.') })
    await ann.slash(channel, '/ask', 'what is water?').answered()
    const answers = () => slack.visible(channel).filter(({ fromBot }) => fromBot)
    await slack.until(() => answers().some(({ feedback }) => feedback))
    expect(answers().map((message) => message.text)).toEqual(['Water is wet.'])
    const [answer] = answers()
    if (!answer) throw new Error('There is no answer')
    model.next({ beats: text('Water is H2O.') })
    const handle = { team: slack.team.id, channel: channel.id, ts: answer.ts, thread: null }
    await ann.presses(handle as never, 'parley.regenerate').answered()
    await slack.until(() => answers().some((message) => message.text === 'Water is H2O.'))
    expect(answers()).toHaveLength(1)
  })

  it('a private question is answered for the one who asked', async () => {
    const { slack, model } = await openSlackStage({ mode })
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann' })
    model.next({ beats: text('Only for you.') })
    await ann.slash(channel, '/ask', 'private: what is water?').answered()
    await slack.until(() =>
      slack
        .visible(channel, { as: ann })
        .some(({ ephemeral, text }) => ephemeral && text.includes('Only for you.')),
    )
    expect(slack.visible(channel)).toEqual([])
  })

  it('where Parley is no member, /ask is answered by the response URL', async () => {
    const { slack, model } = await openSlackStage({ mode })
    const channel = slack.team.channel({ name: 'elsewhere', member: false })
    const ann = slack.team.person({ name: 'Ann' })
    model.next({ beats: text('Water is wet.') })
    await ann.slash(channel, '/ask', 'what is water?').answered()
    await slack.until(() => slack.visible(channel).some((message) => message.text.includes('Water is wet.')))
  })

  it('a shortcut asks about a message, and is answered in its thread', async () => {
    const { slack, model } = await openSlackStage({ mode })
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann' })
    const message = ann.says(channel, 'The sky is green.')
    model.next({ beats: text('It is blue.') })
    const asked = await ann.shortcut(message, 'parley.ask').answered()
    const form = await slack.until(() => asked.modal())
    expect((await ann.submits(form, { prompt: 'is that so?' })).errors).toBeNull()
    await slack.until(() =>
      slack
        .visible(channel, { thread: message })
        .some(({ fromBot, text }) => fromBot && text === 'It is blue.'),
    )
    expect(JSON.stringify(model.ledger.map(({ body }) => body))).toContain('The sky is green.')
  })

  it('settings are changed in Home, which then shows them', async () => {
    const { slack } = await openSlackStage({ mode })
    const ann = slack.team.person({ name: 'Ann' })
    ann.opensHome()
    await slack.until(() => ann.home())
    const pressed = await ann.presses('home', 'Change').answered()
    const form = await slack.until(() => pressed.modal())
    expect((await ann.submits(form, { persona: 'Speak like a pirate.' })).errors).toBeNull()
    await slack.until(() => JSON.stringify(ann.home()?.blocks).includes('Speak like a pirate.') || null)
  })
})
