import { describe, expect, it } from 'vitest'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, finished, prompt, spoken } from './slack-watching.ts'

const other = 'T0PARTNER'

/** A channel that is shared with another company, and somebody of theirs. */
async function connected(options: Parameters<typeof atHome>[0] = {}) {
  const home = await atHome(options)
  const partner = home.slack.workspace({ name: 'Partner', id: other, installed: false })
  const shared = home.team.channel({ name: 'together', shared: [partner] })
  return { ...home, shared, eve: home.team.person({ name: 'Eve', foreign: partner }) }
}

describe.each(modes)('by %s, in a channel shared with another company', (mode) => {
  it('its people are ignored, without a word; one’s own are answered', async () => {
    const { stage, slack, model, parley, shared, ann, eve } = await connected({ mode })
    model.next(say('Yes.'), say('Still.'))
    const theirs = eve.says(shared, `${parley} are you there?`)
    const question = ann.says(shared, `${parley} are you there?`)
    await finished(stage, question, 'Yes.')
    eve.says(question, 'and for me?')
    ann.says(question, 'still?')
    await finished(stage, question, 'Still.')
    expect(asked(stage)).toHaveLength(2)
    expect(prompt(stage, -1)).toEqual(['user: are you there?', 'assistant: Yes.', 'user: still?'])
    expect(spoken(stage, theirs)).toEqual([])
    expect(slack.visible(shared, { as: eve }).filter(({ ephemeral }) => ephemeral)).toEqual([])
  })
})

describe('people of another company are answered', () => {
  it.each([
    ['where all are let in', 'access: { foreign: true }\n'],
    ['where their company is', `access: { foreign: [${other}] }\n`],
  ])('%s', async (_, policy) => {
    const { stage, model, parley, shared, eve } = await connected({ policy })
    model.next(say('Yes.'))
    const question = eve.says(shared, `${parley} are you there?`)
    await finished(stage, question, 'Yes.')
    expect(asked(stage)).toHaveLength(1)
  })

  it('where they themselves are', async () => {
    const { stage, slack, team, model, parley } = await atHome({ policy: 'access: { people: [U0EVE] }\n' })
    const partner = slack.workspace({ name: 'Partner', id: other, installed: false })
    const shared = team.channel({ name: 'together', shared: [partner] })
    const eve = team.person({ name: 'Eve', foreign: partner, id: 'U0EVE' })
    model.next(say('Yes.'))
    await finished(stage, eve.says(shared, `${parley} are you there?`), 'Yes.')
  })

  it('but not where only another company is', async () => {
    const { stage, model, parley, shared, ann, eve } = await connected({
      policy: 'access: { foreign: [T0SOMEBODY] }\n',
    })
    model.next(say('Yes.'))
    const theirs = eve.says(shared, `${parley} are you there?`)
    await finished(stage, ann.says(shared, `${parley} and for me?`), 'Yes.')
    expect(asked(stage)).toHaveLength(1)
    expect(spoken(stage, theirs)).toEqual([])
  })
})

it('an edit by somebody of another company does not make Parley answer them', async () => {
  const { stage, model, parley, shared, ann, eve } = await connected()
  model.next(say('Yes.'))
  const theirs = eve.says(shared, 'are you there?')
  eve.edits(theirs, `${parley} are you there?`)
  await finished(stage, ann.says(shared, `${parley} and for me?`), 'Yes.')
  expect(asked(stage)).toHaveLength(1)
  expect(spoken(stage, theirs)).toEqual([])
})

it('what Parley itself says is never a question, not even one that names it', async () => {
  const { stage, slack, team, model, parley, channel, ann } = await atHome()
  model.next(say('Say @Parley, or me.'), say('Yes.'))
  const question = ann.says(channel, `${parley} how do I call you?`)
  await finished(stage, question, /^Say/)
  ann.says(question, 'sure?')
  await finished(stage, question, 'Yes.')
  expect(slack.visible(question).filter(({ author }) => author.id === team.bot.user)).toHaveLength(2)
  expect(asked(stage)).toHaveLength(2)
})
